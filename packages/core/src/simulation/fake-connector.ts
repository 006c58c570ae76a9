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

/** The client's end of a connection to a fake server: what the engine checks out. */
export class FakeConnection implements Resource {
  readonly host: Host
  readonly link: Link
  alive = true
  /** What a borrower left behind; `clean` undoes it. */
  dirty = false
  /** When its borrower sent a statement that is not answered yet. */
  askedAt = Infinity
  onLost: ((error: Error) => void) | undefined
  /** Nothing is open at this end any more. */
  gone = false
  closing = false
  /** When it was asked whether it still answers; undefined unless the answer is outstanding. */
  validatingSince: number | undefined
  cleaningSince: number | undefined
  /** When the server last answered a ping or a clean-up. */
  answeredAt = 0
  /** What the engine asked to be kept alive for. */
  referenced = true
  readonly #connector: FakeConnector
  readonly #asked = new Set<Done>()

  constructor(host: Host, link: Link, connector: FakeConnector) {
    this.host = host
    this.link = link
    this.#connector = connector
  }

  /** `a#1`: the first connection that server a has seen. */
  get name(): string {
    return `${this.link.server.name}#${this.link.number}`
  }

  /** Left in a state that no clean-up undoes. */
  unresettable = false

  get needsCleaning(): boolean {
    return this.dirty
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
    // A borrower of the simulation asks nothing.
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

  /** The server ended it, or died. */
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

  /** As a driver does: not within the call that brought it about. */
  #failAsked(error: Error): void {
    for (const done of this.#asked) this.#connector.clock.after(0, () => done(error))
    this.#asked.clear()
  }
}

/** One handshake, as its client sees it. */
export interface FakeAttempt {
  readonly host: Host
  readonly startedAt: number
}

/** Connects an engine to fake servers, and keeps books of its own on what is open at the client's end. */
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

  /** Whether a process would stay alive for what is open. */
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
