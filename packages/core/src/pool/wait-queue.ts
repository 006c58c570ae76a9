import type { Access, Serves } from '../sql/access.js'
import { Aborts } from './aborts.js'
import { abortedError, acquireTimeoutError, noHostError, queueFullError } from './acquire-errors.js'
import { withoutFrames } from '../errors/without-frames.js'
import { Deadlines } from './deadlines.js'
import { SUCCESSION } from './host-pools.js'
import type { PoolState } from './pool-state.js'
import type { Resource } from './resource.js'
import { AccessQueues } from './access-queues.js'
import { type CheckoutDone, Waiter } from './waiter.js'

export interface CheckoutRequest {
  readonly access?: Access | undefined
  readonly signal?: AbortSignal | undefined
  /** Milliseconds in place of the pool's `acquireTimeout`. */
  readonly acquireTimeout?: number | undefined
}

/** The callers that wait for a connection. Each leaves exactly once: served, timed out, aborted or refused. */
export class WaitQueue<R extends Resource> {
  /** The number of waiters that reached their `acquireTimeout`. */
  timeouts = 0
  /** The number of all waiters. A field, not a getter, because each checkout and each release reads it. */
  size = 0
  /** The number of waiters that have left the queue, and the sum of their waits in milliseconds. */
  waits = 0
  waited = 0
  readonly #queues = new AccessQueues<R>()
  readonly #state: PoolState<R>
  readonly #deadlines: Deadlines<R>
  readonly #aborts: Aborts<R>

  constructor(state: PoolState<R>) {
    this.#state = state
    this.#deadlines = new Deadlines(state.env.clock, (waiter, isFirst) => this.#timeOut(waiter, isFirst))
    this.#aborts = new Aborts((waiter, signal, isFirst) => {
      const error = made(isFirst, () => abortedError(signal))
      this.fail(waiter, error)
    })
  }

  /** The number of waiters that need this access. */
  count(access: Access | undefined): number {
    return this.#queues.count(access)
  }

  /** The first waiter that a host can serve. */
  first(serves: Serves): Waiter<R> | undefined {
    return this.#queues.first(serves)
  }

  /** The first waiter that needs this access. */
  firstOf(access: Access | undefined): Waiter<R> | undefined {
    return this.#queues.firstOf(access)
  }

  /** A copy of the list of all waiters, grouped by the access that they need. */
  all(): readonly Waiter<R>[] {
    return this.#queues.snapshot()
  }

  /** Adds a caller that could not be served at once. If the caller may not wait, calls `done` with the error and returns false. */
  enter(request: CheckoutRequest, borrowedAt: Error | undefined, now: number, done: CheckoutDone<R>): boolean {
    const {
      options: { acquireTimeout },
      env: { emitter },
      hostPools,
    } = this.#state
    const noHost = !hostPools.anyServes(request.access)
    const hopeless = noHost && this.#noHostTimeoutFor(request.access) === 0
    const refusal = hopeless ? this.#noHostError(request.access) : this.#fullError()
    if (refusal !== undefined) {
      done(refusal)
      return false
    }
    const waiter = new Waiter<R>(request.access, now, done)
    if (borrowedAt !== undefined) waiter.note({ borrowedAt })
    if (request.signal !== undefined) {
      waiter.note({ signal: request.signal })
      this.#aborts.add(waiter, request.signal)
    }
    this.#queues.add(waiter)
    this.size += 1
    const timeout = request.acquireTimeout ?? acquireTimeout
    if (timeout > 0) this.#deadlines.add(waiter, timeout)
    if (noHost) this.#limitWaitForHost(waiter)
    if (emitter.hears('enqueue')) emitter.emit('enqueue', { waiting: this.size })
    return true
  }

  /** Takes a waiter out of the queue, and clears its timers and its abort listener. */
  leave(waiter: Waiter<R>, now: number): void {
    if (waiter.waiting) this.size -= 1
    this.waits += 1
    this.waited += now - waiter.since
    this.#queues.remove(waiter)
    this.#deadlines.remove(waiter)
    const { extras } = waiter
    if (extras === undefined) return
    extras.noHostDeadline?.cancel()
    if (extras.signal !== undefined) this.#aborts.remove(waiter, extras.signal)
  }

  fail(waiter: Waiter<R>, error: Error): void {
    if (!waiter.waiting) return
    this.leave(waiter, this.#state.env.clock.now())
    waiter.done(error)
    // The provisioner leaves out the hosts that have refused the first waiter. Another waiter is the first one now.
    if (waiter.extras?.failedOn !== undefined) this.#state.actions.changed()
  }

  failAll(error: (waiter: Waiter<R>) => Error): void {
    for (const [index, waiter] of this.all().entries()) {
      this.fail(
        waiter,
        made(index === 0, () => error(waiter)),
      )
    }
  }

  /** Called after a change of hosts: a waiter that no host can serve waits for `noHostTimeout` at most. */
  review(): void {
    let isFirst = true
    for (const waiter of this.all()) {
      if (this.#state.hostPools.anyServes(waiter.access)) {
        if (waiter.extras?.noHostDeadline === undefined) continue
        waiter.extras.noHostDeadline.cancel()
        waiter.note({ noHostDeadline: undefined })
      } else if (this.#noHostTimeoutFor(waiter.access) > 0) this.#limitWaitForHost(waiter)
      else {
        this.fail(
          waiter,
          made(isFirst, () => this.#noHostError(waiter.access)),
        )
        isFirst = false
      }
    }
  }

  #fullError(): Error | undefined {
    const { queueLimit, waitForConnections, connectionLimit } = this.#state.options
    if (waitForConnections && queueLimit === 0) return undefined
    // Callers that can still get a connection within `connectionLimit` do not count as queued.
    const allowed = connectionLimit - this.#state.connections.inUse + (waitForConnections ? queueLimit : 0)
    if (this.size < allowed) return undefined
    return queueFullError(this.#state.snapshot(), queueLimit, waitForConnections)
  }

  #timeOut(waiter: Waiter<R>, isFirst: boolean): void {
    const { clock, emitter } = this.#state.env
    const waited = clock.now() - waiter.since
    const cause = waiter.extras?.lastError ?? this.#state.lastConnectError
    const error = made(isFirst, () => acquireTimeoutError(this.#state.snapshot(), waiter.access, waited, cause))
    const waiting = this.size
    this.timeouts += 1
    // The waiter leaves before the event: a connection that a listener releases must not serve a waiter that has timed out.
    this.fail(waiter, error)
    emitter.emit('acquireTimeout', { waited, waiting })
  }

  /** Milliseconds to wait for a host that serves this access. */
  #noHostTimeoutFor(access: Access | undefined): number {
    const { noHostTimeout } = this.#state.options
    const {
      hostPools,
      env: { clock },
    } = this.#state
    return access === 'write' && hostPools.awaitsWriter(clock.now())
      ? Math.max(noHostTimeout, SUCCESSION)
      : noHostTimeout
  }

  #limitWaitForHost(waiter: Waiter<R>): void {
    if (waiter.extras?.noHostDeadline !== undefined) return
    const giveUp = (): void => this.fail(waiter, this.#noHostError(waiter.access))
    waiter.note({ noHostDeadline: this.#state.env.clock.after(this.#noHostTimeoutFor(waiter.access), giveUp) })
  }

  #noHostError(access: Access | undefined): Error {
    return noHostError(this.#state.hostPools.hosts(), access, this.#state.lastConnectError)
  }
}

/** Makes an error. Of many errors made in one loop only the first has stack frames: the frames are the same for all. */
function made(isFirst: boolean, make: () => Error): Error {
  return isFirst ? make() : withoutFrames(make)
}
