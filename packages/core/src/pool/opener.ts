import { inOwnContext } from '../call-context.js'
import type { Clock } from '../clock.js'
import { HostTimer } from '../host-timer.js'
import type { HostConnections } from './host-connections.js'
import type { Attempt, ConnectFailure, Connector, Resource } from './resource.js'

/** A handshake is overdue when it takes this many times as long as this host's usually do … */
const OVERDUE_FACTOR = 3
/** … but never before this many milliseconds. */
const OVERDUE_AT_LEAST = 250

/** A handshake under way. */
export interface OpeningAttempt<R extends Resource> {
  readonly home: HostConnections<R>
  readonly startedAt: number
  /** Takes so long that nobody should count on it any more; when its place is needed it is given up. */
  overdue: boolean
  /** Counts the time of the host alone. */
  readonly timer: HostTimer
  attempt: Attempt | undefined
}

export interface OpenerListener<R extends Resource> {
  opened(home: HostConnections<R>, resource: R, duration: number, startedAt: number): void
  failed(home: HostConnections<R>, failure: ConnectFailure, duration: number): void
  overdue(home: HostConnections<R>): void
}

/** Carries out handshakes. Whether one is needed, and to which host, is the engine's business. */
export class Opener<R extends Resource> {
  readonly #connector: Connector<R>
  readonly #clock: Clock
  readonly #listener: OpenerListener<R>
  readonly #attempts = new Set<OpeningAttempt<R>>()

  constructor(connector: Connector<R>, clock: Clock, listener: OpenerListener<R>) {
    this.#connector = connector
    this.#clock = clock
    this.#listener = listener
  }

  get attempts(): ReadonlySet<OpeningAttempt<R>> {
    return this.#attempts
  }

  get anyOverdue(): boolean {
    for (const attempt of this.#attempts) if (attempt.overdue) return true
    return false
  }

  start(home: HostConnections<R>): void {
    inOwnContext(() => this.#start(home), undefined)
  }

  #start(home: HostConnections<R>): void {
    const startedAt = this.#clock.now()
    const overdueAfter = Math.max(OVERDUE_AT_LEAST, OVERDUE_FACTOR * (home.usualHandshake ?? 0))
    const timer = new HostTimer(this.#clock, {
      host: overdueAfter,
      hostLate: () => {
        opening.overdue = true
        home.slow = true
        this.#listener.overdue(home)
      },
    })
    const opening: OpeningAttempt<R> = { home, startedAt, timer, overdue: false, attempt: undefined }
    this.#attempts.add(opening)
    home.attempts.add(opening)
    opening.attempt = this.#connector.connect(home.host, {
      application: timer.application,
      connected: (resource) => {
        this.#forget(opening)
        home.noteHandshake(timer.hostTime)
        this.#listener.opened(home, resource, this.#clock.now() - startedAt, startedAt)
      },
      failed: (failure) => {
        this.#forget(opening)
        home.connectsFailed += 1
        this.#listener.failed(home, failure, this.#clock.now() - startedAt)
      },
    })
  }

  /** Gives up a handshake that is overdue, and says whether there was one. */
  abortOverdue(spared?: HostConnections<R>): boolean {
    for (const opening of this.#attempts) {
      if (!opening.overdue || opening.home === spared) continue
      this.#abort(opening)
      return true
    }
    return false
  }

  abortAll(home?: HostConnections<R>): void {
    for (const opening of Array.from(this.#attempts)) {
      if (home === undefined || opening.home === home) this.#abort(opening)
    }
  }

  #abort(opening: OpeningAttempt<R>): void {
    this.#forget(opening)
    opening.attempt?.abort()
  }

  #forget(opening: OpeningAttempt<R>): void {
    opening.timer.cancel()
    this.#attempts.delete(opening)
    opening.home.attempts.delete(opening)
  }
}
