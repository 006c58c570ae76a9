import { inOwnContext } from '../call-context.js'
import type { Clock, Timer } from '../clock.js'
import type { ConnectionConfig, HostConfig } from '../config/pool-config.js'
import type { ConnectAttempt, Driver, DriverConnection, SocketEnds } from '../driver/port.js'
import { question } from '../driver/question.js'
import { isAnswer } from '../errors/error-class.js'

/**
 * What came of the wish to stop a statement. `told`: its server has been told, and nothing more will come. `not told`: nothing was
 * sent, and nothing will be. `unknown`: a KILL may still arrive.
 */
export type Stop = 'told' | 'not told' | 'unknown'

interface Wish {
  readonly connection: DriverConnection
  /** Whether the statement still waits for its answer. */
  readonly runs: () => boolean
  readonly done: (stop: Stop) => void
}

export interface KillerEnvironment {
  readonly driver: Driver
  readonly clock: Clock
  readonly connection: ConnectionConfig
  /** Milliseconds for each wish, its connect included. */
  readonly timeout: number
}

/**
 * Stops statements: KILL QUERY, on a connection of the pool's own to the address that the statement's connection has. The number
 * of a connection means nothing to another server, as there may be behind one address, so the server is asked first whether the
 * connection of that number comes from the very socket; where something between rewrites addresses nothing is killed.
 */
export class StatementKiller {
  readonly #env: KillerEnvironment
  /** By host and address; one connection serves all wishes there, one after the other. */
  readonly #lines = new Map<string, KillLine>()

  constructor(env: KillerEnvironment) {
    this.#env = env
  }

  /** Calls `done` once, never synchronously, within the time limit of this wish and of those before it. */
  stop(host: HostConfig, connection: DriverConnection, runs: () => boolean, done: (stop: Stop) => void): void {
    const { ends } = connection
    if (connection.threadId === undefined) {
      setImmediate(done, 'not told')
      return
    }
    const key = `${host.name} ${ends?.remoteAddress ?? ''}`
    let line = this.#lines.get(key)
    if (line === undefined) {
      line = new KillLine(this.#env, sameAddress(host, ends), () => this.#lines.delete(key))
      this.#lines.set(key, line)
    }
    const wanted = line
    inOwnContext(() => wanted.add({ connection, runs, done }), undefined)
  }
}

/** A name may stand for several servers: the connection's own address does not. Certificates are still checked against the name. */
function sameAddress(host: HostConfig, ends: SocketEnds | undefined): HostConfig {
  if (ends === undefined || ends.remoteAddress === host.host) return host
  return { ...host, host: ends.remoteAddress, servername: host.servername ?? host.host }
}

/** The wishes for one server. */
class KillLine {
  readonly #env: KillerEnvironment
  readonly #host: HostConfig
  readonly #over: () => void
  readonly #wishes: Wish[] = []
  #attempt: ConnectAttempt | undefined
  #connection: DriverConnection | undefined
  #timer: Timer | undefined
  #begun = false
  #ended = false
  /** The KILL of the first wish has been sent. */
  #sent = false

  constructor(env: KillerEnvironment, host: HostConfig, over: () => void) {
    this.#env = env
    this.#host = host
    this.#over = over
  }

  add(wish: Wish): void {
    this.#wishes.push(wish)
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
      // A process is not kept alive by what its servers are told.
      connection?.unref()
      if (connection === undefined) this.#giveUp()
      else this.#next(connection)
    })
  }

  #next(connection: DriverConnection): void {
    const [wish] = this.#wishes
    if (this.#ended) return
    if (wish === undefined) {
      this.#end()
      const timer = this.#env.clock.after(this.#env.timeout, () => connection.destroy())
      connection.close(() => timer.cancel())
      return
    }
    this.#limit()
    const settle = (stop: Stop): void => {
      if (this.#ended) return
      this.#sent = false
      this.#wishes.shift()
      wish.done(stop)
      this.#next(connection)
    }
    if (!wish.runs()) {
      setImmediate(settle, 'not told')
      return
    }
    const id = Number(wish.connection.threadId)
    question(connection, `SELECT HOST FROM information_schema.PROCESSLIST WHERE ID = ${id}`, (_, answer) => {
      if (this.#ended) return
      const isSame = isFrom(wish.connection.ends, answer?.rows[0]?.[0])
      if (!connection.alive) this.#giveUp()
      else if (isSame && wish.runs()) this.#kill(connection, id, settle)
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

  /** Nothing of this connection is waited for any more. */
  #giveUp(): void {
    if (this.#ended) return
    this.#end()
    this.#attempt?.abort()
    this.#connection?.destroy()
    const sent = this.#sent
    for (const [place, wish] of this.#wishes.splice(0).entries())
      wish.done(sent && place === 0 ? 'unknown' : 'not told')
  }

  #end(): void {
    this.#ended = true
    this.#timer?.cancel()
    this.#over()
  }
}

/** Whether the server's connection comes from this socket; without addresses both are of the server's own machine. */
function isFrom(ends: SocketEnds | undefined, seen: unknown): boolean {
  if (typeof seen !== 'string') return false
  return ends === undefined ? seen === 'localhost' : seen.endsWith(`:${ends.localPort}`)
}
