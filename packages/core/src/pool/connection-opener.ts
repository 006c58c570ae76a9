import { inOwnContext } from '../call-context.js'
import type { ConnectSpan } from '../channels/connect-span.js'
import { HostTimer } from '../host-timer.js'
import type { HostPool } from './host-pool.js'
import type { PoolState } from './pool-state.js'
import type { Attempt, ConnectFailure, Resource } from './resource.js'

/** A handshake is overdue when it takes this many times as long as the usual handshake with this host … */
const OVERDUE_FACTOR = 3
/** … but never before this many milliseconds. */
const OVERDUE_AT_LEAST = 250

/** A handshake under way. */
export interface OpeningAttempt<R extends Resource> {
  readonly hostPool: HostPool<R>
  readonly startedAt: number
  /** The handshake takes too long to count as promised to a waiter. The pool gives it up when its place is needed. */
  overdue: boolean
  /** Counts the time of the host alone. */
  readonly timer: HostTimer
  attempt: Attempt | undefined
  readonly span: ConnectSpan | undefined
}

export interface ConnectionOpenerListener<R extends Resource> {
  opened(hostPool: HostPool<R>, resource: R, duration: number, startedAt: number): void
  failed(hostPool: HostPool<R>, failure: ConnectFailure, duration: number): void
  overdue(hostPool: HostPool<R>): void
}

/** Carries out handshakes. The provisioner decides when to open a connection, and to which host. */
export class ConnectionOpener<R extends Resource> {
  readonly #state: PoolState<R>
  readonly #listener: ConnectionOpenerListener<R>

  constructor(state: PoolState<R>, listener: ConnectionOpenerListener<R>) {
    this.#state = state
    this.#listener = listener
  }

  get anyOverdue(): boolean {
    for (const attempt of this.#state.attempts) if (attempt.overdue) return true
    return false
  }

  start(hostPool: HostPool<R>): void {
    inOwnContext(() => this.#start(hostPool), undefined)
  }

  #start(hostPool: HostPool<R>): void {
    const startedAt = this.#state.env.clock.now()
    const overdueAfter = Math.max(OVERDUE_AT_LEAST, OVERDUE_FACTOR * (hostPool.usualHandshake ?? 0))
    const timer = new HostTimer(this.#state.env.clock, {
      host: overdueAfter,
      hostLate: () => {
        opening.overdue = true
        hostPool.slow = true
        this.#listener.overdue(hostPool)
      },
    })
    const span = this.#state.env.tracer.connect(hostPool.host.name)
    const opening: OpeningAttempt<R> = { hostPool, startedAt, timer, overdue: false, attempt: undefined, span }
    this.#state.attempts.add(opening)
    hostPool.attempts.add(opening)
    opening.attempt = this.#state.env.connector.connect(hostPool.host, {
      application: timer.application,
      connected: (resource) => {
        this.#forget(opening)
        hostPool.noteHandshake(timer.hostTime)
        span?.end('done')
        this.#listener.opened(hostPool, resource, this.#state.env.clock.now() - startedAt, startedAt)
      },
      failed: (failure) => {
        this.#forget(opening)
        hostPool.connectsFailed += 1
        span?.end('failed', failure.error)
        this.#listener.failed(hostPool, failure, this.#state.env.clock.now() - startedAt)
      },
    })
  }

  /**
   * Gives up an overdue handshake.
   * @param spared - handshakes with this host are not given up
   * @returns whether there was an overdue handshake
   */
  abortOverdue(spared?: HostPool<R>): boolean {
    for (const opening of this.#state.attempts) {
      if (!opening.overdue || opening.hostPool === spared) continue
      this.#abort(opening)
      return true
    }
    return false
  }

  abortAll(hostPool?: HostPool<R>): void {
    for (const opening of Array.from(this.#state.attempts)) {
      if (hostPool === undefined || opening.hostPool === hostPool) this.#abort(opening)
    }
  }

  #abort(opening: OpeningAttempt<R>): void {
    this.#forget(opening)
    opening.attempt?.abort()
    opening.span?.end('aborted')
  }

  #forget(opening: OpeningAttempt<R>): void {
    opening.timer.cancel()
    this.#state.attempts.delete(opening)
    opening.hostPool.attempts.delete(opening)
  }
}
