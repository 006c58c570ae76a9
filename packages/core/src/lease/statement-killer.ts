import { inOwnContext } from '../call-context.js'
import type { Clock, Timer } from '../clock.js'
import type { ConnectionConfig, HostConfig } from '../config/pool-config.js'
import type { ConnectAttempt, Driver, DriverConnection, SocketEnds } from '../driver/port.js'
import { question } from '../driver/question.js'
import { isAnswer } from '../errors/error-class.js'

/**
 * The result of a request to stop a statement. `told`: the server has run the KILL, and no other KILL will come. `not told`: no
 * KILL took effect, and none will come. `unknown`: a KILL may still arrive.
 */
export type Stop = 'told' | 'not told' | 'unknown'

/** A request to stop one statement. */
interface KillRequest {
  readonly connection: DriverConnection
  /** Whether the statement still waits for its answer. */
  readonly runs: () => boolean
  readonly done: (stop: Stop) => void
}

export interface KillerEnvironment {
  readonly driver: Driver
  readonly clock: Clock
  readonly connection: ConnectionConfig
  /** Milliseconds for each request, its connect included. */
  readonly timeout: number
}

/**
 * Stops statements with KILL QUERY, on a connection of the pool's own to the address of the statement's connection. Several
 * servers may stand behind one address, and the number of a connection means nothing to another server. So the killer first
 * asks the server whether the connection of that number comes from this very socket. Where a proxy between rewrites addresses,
 * the answer is no, and no statement is killed.
 */
export class StatementKiller {
  readonly #env: KillerEnvironment
  /** One entry for each host and address. One connection serves all requests there, one after the other. */
  readonly #killConnections = new Map<string, KillConnection>()

  constructor(env: KillerEnvironment) {
    this.#env = env
  }

  /** Calls `done` once, never synchronously, within the time limit of this request and of those before it. */
  stop(host: HostConfig, connection: DriverConnection, runs: () => boolean, done: (stop: Stop) => void): void {
    const { ends } = connection
    if (connection.threadId === undefined) {
      setImmediate(done, 'not told')
      return
    }
    const key = `${host.name} ${ends?.remoteAddress ?? ''}`
    let killConnection = this.#killConnections.get(key)
    if (killConnection === undefined) {
      killConnection = new KillConnection(this.#env, sameAddress(host, ends), () => this.#killConnections.delete(key))
      this.#killConnections.set(key, killConnection)
    }
    const chosen = killConnection
    inOwnContext(() => chosen.add({ connection, runs, done }), undefined)
  }
}

/**
 * The host, with the address of the statement's connection: the name may stand for several servers. Certificates are still
 * checked against the name.
 */
function sameAddress(host: HostConfig, ends: SocketEnds | undefined): HostConfig {
  if (ends === undefined || ends.remoteAddress === host.host) return host
  return { ...host, host: ends.remoteAddress, servername: host.servername ?? host.host }
}

/** The requests for one server, and the connection that serves them. */
class KillConnection {
  readonly #env: KillerEnvironment
  readonly #host: HostConfig
  readonly #over: () => void
  readonly #requests: KillRequest[] = []
  #attempt: ConnectAttempt | undefined
  #connection: DriverConnection | undefined
  #timer: Timer | undefined
  #begun = false
  #ended = false
  /** The KILL of the first request has been sent. */
  #sent = false

  constructor(env: KillerEnvironment, host: HostConfig, over: () => void) {
    this.#env = env
    this.#host = host
    this.#over = over
  }

  add(request: KillRequest): void {
    this.#requests.push(request)
    if (this.#begun) return
    this.#begun = true
    this.#limit()
    this.#connect()
  }

  #connect(): void {
    const { driver, connection: config } = this.#env
    this.#attempt = driver.connect({ host: this.#host, connection: config }, (_, connection) => {
      this.#attempt = undefined
      this.#connection = connection
      // This connection must not keep the process alive.
      connection?.unref()
      if (connection === undefined) this.#giveUp()
      else this.#next(connection)
    })
  }

  #next(connection: DriverConnection): void {
    const [request] = this.#requests
    if (this.#ended) return
    if (request === undefined) {
      this.#end()
      const timer = this.#env.clock.after(this.#env.timeout, () => connection.destroy())
      connection.close(() => timer.cancel())
      return
    }
    this.#limit()
    const settle = (stop: Stop): void => {
      if (this.#ended) return
      this.#sent = false
      this.#requests.shift()
      request.done(stop)
      this.#next(connection)
    }
    if (!request.runs()) {
      setImmediate(settle, 'not told')
      return
    }
    const id = Number(request.connection.threadId)
    question(connection, `SELECT HOST FROM information_schema.PROCESSLIST WHERE ID = ${id}`, (_, answer) => {
      if (this.#ended) return
      const isSame = isFrom(request.connection.ends, answer?.rows[0]?.[0])
      if (!connection.alive) this.#giveUp()
      else if (isSame && request.runs()) this.#kill(connection, id, settle)
      else settle('not told')
    })
  }

  #kill(connection: DriverConnection, id: number, settle: (stop: Stop) => void): void {
    this.#sent = true
    connection.query({ sql: `KILL QUERY ${id}` }, {}, (error) => {
      if (error === null) settle('told')
      else if (isAnswer(error) && connection.alive) settle('not told')
      else this.#giveUp()
    })
  }

  #limit(): void {
    this.#timer?.cancel()
    this.#timer = this.#env.clock.afterIdly(this.#env.timeout, () => this.#giveUp())
  }

  /** Closes the connection, and settles all requests without waiting for an answer. */
  #giveUp(): void {
    if (this.#ended) return
    this.#end()
    this.#attempt?.abort()
    this.#connection?.destroy()
    const sent = this.#sent
    for (const [place, request] of this.#requests.splice(0).entries())
      request.done(sent && place === 0 ? 'unknown' : 'not told')
  }

  #end(): void {
    this.#ended = true
    this.#timer?.cancel()
    this.#over()
  }
}

/**
 * Whether the connection that the server lists comes from this socket. A Unix socket has no addresses; the server lists it as
 * `localhost`.
 */
function isFrom(ends: SocketEnds | undefined, seen: unknown): boolean {
  if (typeof seen !== 'string') return false
  return ends === undefined ? seen === 'localhost' : seen.endsWith(`:${ends.localPort}`)
}
