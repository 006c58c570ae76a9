import type { Clock } from '../clock.js'
import type { Access } from '../sql/access.js'
import { Aborts } from './aborts.js'
import { abortedError, acquireTimeoutError, type PoolSnapshot, noHostError, queueFullError } from './acquire-errors.js'
import { withoutFrames } from '../errors/without-frames.js'
import type { PoolEmitter } from './emitter.js'
import { Deadlines } from './deadlines.js'
import type { EngineOptions } from './engine-options.js'
import { type HostPools, SUCCESSION } from './host-pools.js'
import type { Resource } from './resource.js'
import { AccessQueues } from './access-queues.js'
import { type CheckoutDone, Waiter } from './waiter.js'

export interface CheckoutRequest {
  readonly access?: Access | undefined
  readonly signal?: AbortSignal | undefined
  /** Milliseconds in place of the pool's `acquireTimeout`. */
  readonly acquireTimeout?: number | undefined
}

/** What the waiting room has to know of the rest. */
export interface WaitQueueParts<R extends Resource> {
  readonly clock: Clock
  readonly emitter: PoolEmitter
  readonly hostPools: HostPools<R>
  /** Connections in borrowers' hands. */
  readonly inUse: () => number
  /** What the pool is doing, for a message. */
  readonly snapshot: () => PoolSnapshot
  /** The last error of a connect. */
  readonly lastError: () => Error | undefined
  /** Called after one who was refused by a host has stopped waiting. */
  readonly refusedGone: () => void
}

/** Those who wait, each with its deadline and its way out. A waiter leaves once, by one of the doors. */
export class WaitQueue<R extends Resource> {
  readonly queue = new AccessQueues<R>()
  /** Those who waited for too long. */
  timeouts = 0
  readonly #options: EngineOptions
  readonly #parts: WaitQueueParts<R>
  readonly #deadlines: Deadlines<R>
  readonly #aborts = new Aborts<R>((waiter, signal, isFirst) => {
    this.fail(
      waiter,
      made(isFirst, () => abortedError(signal)),
    )
  })

  constructor(options: EngineOptions, parts: WaitQueueParts<R>) {
    this.#options = options
    this.#parts = parts
    this.#deadlines = new Deadlines(parts.clock, (waiter, isFirst) => this.#timeOut(waiter, isFirst))
  }

  /** Lets somebody in who could not be served at once; or says why not, and answers false. */
  enter(request: CheckoutRequest, borrowedAt: Error | undefined, now: number, done: CheckoutDone<R>): boolean {
    const { acquireTimeout } = this.#options
    const { emitter, hostPools } = this.#parts
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
    this.queue.add(waiter)
    const timeout = request.acquireTimeout ?? acquireTimeout
    if (timeout > 0) this.#deadlines.add(waiter, timeout)
    if (noHost) this.#limitWaitForHost(waiter)
    if (emitter.hears('enqueue')) emitter.emit('enqueue', { waiting: this.queue.size })
    return true
  }

  /** Takes a waiter out and clears everything that was to happen to it. */
  leave(waiter: Waiter<R>): void {
    this.queue.remove(waiter)
    this.#deadlines.remove(waiter)
    const { extras } = waiter
    if (extras === undefined) return
    extras.noHostDeadline?.cancel()
    if (extras.signal !== undefined) this.#aborts.remove(waiter, extras.signal)
  }

  fail(waiter: Waiter<R>, error: Error): void {
    if (!waiter.waiting) return
    this.leave(waiter)
    waiter.done(error)
    if (waiter.extras?.failedOn !== undefined) this.#parts.refusedGone()
  }

  failAll(error: (waiter: Waiter<R>) => Error): void {
    for (const [index, waiter] of this.queue.snapshot().entries()) {
      this.fail(
        waiter,
        made(index === 0, () => error(waiter)),
      )
    }
  }

  /** Hosts have changed: who can be served by none at all waits for one as long as `noHostTimeout` says. */
  review(): void {
    let isFirst = true
    for (const waiter of this.queue.snapshot()) {
      if (this.#parts.hostPools.anyServes(waiter.access)) {
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
    const { queueLimit, waitForConnections, connectionLimit } = this.#options
    if (waitForConnections && queueLimit === 0) return undefined
    // A caller whose connection is being opened is not in anybody's way: only those beyond the limit count as queued.
    const allowed = connectionLimit - this.#parts.inUse() + (waitForConnections ? queueLimit : 0)
    if (this.queue.size < allowed) return undefined
    return queueFullError(this.#parts.snapshot(), queueLimit, waitForConnections)
  }

  #timeOut(waiter: Waiter<R>, isFirst: boolean): void {
    const { clock, emitter, snapshot, lastError } = this.#parts
    const waited = clock.now() - waiter.since
    const cause = waiter.extras?.lastError ?? lastError()
    const error = made(isFirst, () => acquireTimeoutError(snapshot(), waiter.access, waited, cause))
    const waiting = this.queue.size
    this.timeouts += 1
    // Before others hear of it: what a listener gives back must not serve somebody who counts as timed out.
    this.fail(waiter, error)
    emitter.emit('acquireTimeout', { waited, waiting })
  }

  /** How long to wait for a host that can serve at all. */
  #noHostTimeoutFor(access: Access | undefined): number {
    const { noHostTimeout } = this.#options
    const { hostPools, clock } = this.#parts
    return access === 'write' && hostPools.awaitsWriter(clock.now())
      ? Math.max(noHostTimeout, SUCCESSION)
      : noHostTimeout
  }

  #limitWaitForHost(waiter: Waiter<R>): void {
    if (waiter.extras?.noHostDeadline !== undefined) return
    const giveUp = (): void => this.fail(waiter, this.#noHostError(waiter.access))
    waiter.note({ noHostDeadline: this.#parts.clock.after(this.#noHostTimeoutFor(waiter.access), giveUp) })
  }

  #noHostError(access: Access | undefined): Error {
    return noHostError(this.#parts.hostPools.hosts(), access, this.#parts.lastError())
  }
}

/** Of the errors that are told in one go only the first says where it was made: it is the same place for all. */
function made(isFirst: boolean, make: () => Error): Error {
  return isFirst ? make() : withoutFrames(make)
}
