import type { Resource } from './resource.js'
import type { Waiter } from './waiter.js'

/** The waiters of one signal, and the one listener that tells them all. */
interface Watched<R extends Resource> {
  /** In the order they came. */
  readonly waiters: Set<Waiter<R>>
  readonly listener: () => void
}

/**
 * Waiters that stop waiting when their signal is aborted. A signal goes through all its listeners to add or remove one, so the
 * pool gives it a single one for all waiters: one signal may stop twenty thousand requests of a service that is shut down.
 */
export class Aborts<R extends Resource> {
  readonly #aborted: (waiter: Waiter<R>, signal: AbortSignal, isFirst: boolean) => void
  readonly #watched = new WeakMap<AbortSignal, Watched<R>>()

  /** @param aborted - told of each; of several of one signal the first is said to be that */
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
      // Each waiter leaves the set as it is told, and no other comes in: the pool refuses a signal that is aborted.
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
