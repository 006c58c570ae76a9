import type { Host } from '../hosts/host.js'
import type { Attempt, Blame, Connector, ConnectorListener, Resource } from '../pool/resource.js'
import { type FakeServer, type Handshake, type Link, serverError } from './fake-server.js'
import type { VirtualClock } from './virtual-clock.js'

type Done = (error: Error | null) => void

const BLAMES: Readonly<Record<string, Blame>> = {
  ER_CON_COUNT_ERROR: 'overload',
  ER_ACCESS_DENIED_ERROR: 'configuration',
  ER_BAD_DB_ERROR: 'configuration',
}

/** The client's end of a connection to a fake server. The engine checks it out. */
export class FakeConnection implements Resource {
  readonly host: Host
  readonly link: Link
  alive = true
  /** Whether a borrower has left the session changed; `clean` undoes that. */
  dirty = false
  /** The time at which the borrower sent a statement that has no answer yet. */
  askedAt = Infinity
  onLost: ((error: Error) => void) | undefined
  /** Whether this end is closed. */
  gone = false
  closing = false
  /** The time of a ping that has no answer yet. */
  validatingSince: number | undefined
  cleaningSince: number | undefined
  /** The time of the server's last answer to a ping or a clean-up. */
  answeredAt = 0
  /** Whether the connection keeps the process alive, as the engine has set it. */
  referenced = true
  readonly #connector: FakeConnector
  readonly #asked = new Set<Done>()

  constructor(host: Host, link: Link, connector: FakeConnector) {
    this.host = host
    this.link = link
    this.#connector = connector
  }

  /** The name: `a#1` is the first connection that server a has seen. */
  get name(): string {
    return `${this.link.server.name}#${this.link.number}`
  }

  /** Whether the session is in a state that no clean-up undoes. */
  unresettable = false

  get needsCleaning(): boolean {
    return this.dirty || this.unresettable
  }

  validate(done: Done): void {
    this.validatingSince = this.#connector.clock.now()
    this.#ask('pinged', (error) => {
      this.validatingSince = undefined
      done(error)
    })
  }

  clean(done: Done): void {
    this.cleaningSince = this.#connector.clock.now()
    this.#ask('cleaned', (error) => {
      this.cleaningSince = undefined
      if (error === null) this.dirty = false
      done(error)
    })
  }

  hostUnresponsive(): void {
    // The borrowers of the simulation send no statements.
  }

  close(done: () => void): void {
    this.closing = true
    this.alive = false
    this.onLost = undefined
    this.link.quit(() => {
      if (this.#leave()) done()
    })
  }

  destroy(error?: Error): void {
    this.alive = false
    this.onLost = undefined
    if (!this.#leave()) return
    this.link.cut()
    this.#failAsked(error ?? new Error('The connection was destroyed'))
  }

  unref(): void {
    this.referenced = false
  }

  /** The server has ended the connection, or died. */
  lose(error: Error): void {
    this.alive = false
    const { onLost } = this
    this.onLost = undefined
    onLost?.(error)
    this.#failAsked(error)
  }

  #ask(what: string, done: Done): void {
    this.#asked.add(done)
    this.link.ask(what, (error) => {
      if (!this.#asked.delete(done)) return
      this.answeredAt = this.#connector.clock.now()
      done(error)
    })
  }

  #leave(): boolean {
    if (this.gone) return false
    this.gone = true
    this.#connector.connections.delete(this)
    return true
  }

  /** Calls back later, as a driver does, and not within the call that is the cause. */
  #failAsked(error: Error): void {
    for (const done of this.#asked) this.#connector.clock.after(0, () => done(error))
    this.#asked.clear()
  }
}

/** The client's end of one handshake. */
export interface FakeAttempt {
  readonly host: Host
  readonly startedAt: number
}

/** Connects an engine to fake servers, and keeps its own list of the connections that are open at the client's end. */
export class FakeConnector implements Connector<FakeConnection> {
  readonly clock: VirtualClock
  readonly connections = new Set<FakeConnection>()
  readonly attempts = new Set<FakeAttempt>()
  connectTimeout = 10_000
  readonly #serverOf: (host: Host) => FakeServer

  constructor(clock: VirtualClock, serverOf: (host: Host) => FakeServer) {
    this.clock = clock
    this.#serverOf = serverOf
  }

  /** Whether an open connection or handshake would keep a process alive. */
  get keepsAlive(): boolean {
    for (const connection of this.connections) if (connection.referenced) return true
    return this.attempts.size > 0
  }

  connect(host: Host, listener: ConnectorListener<FakeConnection>): Attempt {
    const attempt: FakeAttempt = { host, startedAt: this.clock.now() }
    this.attempts.add(attempt)
    let connection: FakeConnection | undefined
    let handshake: Handshake | undefined
    const settle = (): boolean => {
      timer.cancel()
      return this.attempts.delete(attempt)
    }
    const fail = (error: Error & { readonly code: string }): void => {
      if (settle()) listener.failed({ error, blame: BLAMES[error.code] ?? 'host' })
    }
    const timer = this.clock.after(this.connectTimeout, () => {
      handshake?.abort()
      fail(serverError('ETIMEDOUT', `no connection within ${this.connectTimeout} ms`))
    })
    handshake = this.#serverOf(host).connect({
      opened: (link) => {
        if (!settle()) return
        connection = new FakeConnection(host, link, this)
        this.connections.add(connection)
        listener.connected(connection)
      },
      failed: fail,
      lost: (error) => connection?.lose(error),
    })
    return {
      abort: () => {
        if (settle()) handshake.abort()
      },
    }
  }
}
