import type { Clock } from '../clock.js'
import type { Access } from '../hosts/access.js'
import { abortedError } from './acquire-errors.js'
import type { Resource } from './resource.js'
import { type CheckoutDone, WaitQueue, Waiter } from './wait-queue.js'

export interface CheckoutRequest {
  readonly access?: Access | undefined
  readonly signal?: AbortSignal | undefined
  /** Milliseconds in place of the pool's `acquireTimeout`. */
  readonly acquireTimeout?: number | undefined
}

/** Those who wait, each with its deadline and its way out. A waiter leaves once, by one of the doors. */
export class WaitingRoom<R extends Resource> {
  readonly queue = new WaitQueue<R>()
  readonly #clock: Clock
  readonly #onRefusedGone: () => void

  /** @param onRefusedGone - called after one who was refused by a host has stopped waiting */
  constructor(clock: Clock, onRefusedGone: () => void) {
    this.#clock = clock
    this.#onRefusedGone = onRefusedGone
  }

  enter(
    request: CheckoutRequest,
    timeout: number,
    done: CheckoutDone<R>,
    timeoutError: (waiter: Waiter<R>) => Error,
  ): Waiter<R> {
    const waiter = new Waiter<R>(request.access, this.#clock.now(), done)
    const { signal } = request
    if (timeout > 0) waiter.deadline = this.#clock.after(timeout, () => this.fail(waiter, timeoutError(waiter)))
    if (signal !== undefined) {
      waiter.signal = signal
      waiter.onAbort = () => this.fail(waiter, abortedError(signal))
      signal.addEventListener('abort', waiter.onAbort, { once: true })
    }
    this.queue.add(waiter)
    return waiter
  }

  /** Takes a waiter out and clears everything that was to happen to it. */
  leave(waiter: Waiter<R>): void {
    this.queue.remove(waiter)
    waiter.deadline?.cancel()
    waiter.noHostDeadline?.cancel()
    if (waiter.onAbort !== undefined) waiter.signal?.removeEventListener('abort', waiter.onAbort)
  }

  fail(waiter: Waiter<R>, error: Error): void {
    if (!waiter.waiting) return
    this.leave(waiter)
    waiter.done(error)
    if (waiter.failedOn !== undefined) this.#onRefusedGone()
  }

  failAll(error: (waiter: Waiter<R>) => Error): void {
    for (const waiter of this.queue.snapshot()) this.fail(waiter, error(waiter))
  }
}
