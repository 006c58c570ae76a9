import type { Resource } from './resource.js'
import type { Waiter } from './waiter.js'

/** The waiters of one signal, and the single listener that serves all of them. */
interface Watched<R extends Resource> {
  /** In the order of their arrival. */
  readonly waiters: Set<Waiter<R>>
  readonly listener: () => void
}

/**
 * Waiters that stop waiting when their signal is aborted. The pool adds one listener to a signal for all waiters, because adding
 * or removing a listener walks through all listeners of the signal. A service that shuts down may stop twenty thousand requests
 * with one signal.
 */
export class Aborts<R extends Resource> {
  readonly #aborted: (waiter: Waiter<R>, signal: AbortSignal, isFirst: boolean) => void
  readonly #watched = new WeakMap<AbortSignal, Watched<R>>()

  /** @param aborted - called for each waiter; `isFirst` is true for the first waiter of a signal */
  constructor(aborted: (waiter: Waiter<R>, signal: AbortSignal, isFirst: boolean) => void) {
    this.#aborted = aborted
  }

  add(waiter: Waiter<R>, signal: AbortSignal): void {
    const watched = this.#watched.get(signal) ?? this.#watch(signal)
    watched.waiters.add(waiter)
  }

  remove(waiter: Waiter<R>, signal: AbortSignal): void {
    const watched = this.#watched.get(signal)
    if (watched === undefined || !watched.waiters.delete(waiter) || watched.waiters.size > 0) return
    this.#watched.delete(signal)
    signal.removeEventListener('abort', watched.listener)
  }

  #watch(signal: AbortSignal): Watched<R> {
    const waiters = new Set<Waiter<R>>()
    const listener = (): void => {
      // Each call takes its waiter out of the set, and no new one comes in: the pool refuses a signal that is aborted.
      let isFirst = true
      for (const waiter of waiters) {
        this.#aborted(waiter, signal, isFirst)
        isFirst = false
      }
    }
    const watched = { waiters, listener }
    this.#watched.set(signal, watched)
    signal.addEventListener('abort', listener, { once: true })
    return watched
  }
}
