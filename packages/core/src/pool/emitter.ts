import { inOwnContext } from '../call-context.js'
import { heedRejection, reportFault } from '../user-fault.js'
import type { PoolEventName, PoolEvents, PoolListener } from './events.js'

interface Subscription {
  readonly listener: (event: never) => void
  readonly once: boolean
}

/** Tells listeners what happens. A listener that throws or rejects is reported as a process warning and breaks nothing. */
export class PoolEmitter {
  readonly #subscriptions = new Map<PoolEventName, readonly Subscription[]>()

  on<E extends PoolEventName>(event: E, listener: PoolListener<E>, once = false): void {
    this.#subscriptions.set(event, [...(this.#subscriptions.get(event) ?? []), { listener, once }])
  }

  off<E extends PoolEventName>(event: E, listener: PoolListener<E>): void {
    const before = this.#subscriptions.get(event) ?? []
    const index = before.findLastIndex((subscription) => subscription.listener === listener)
    if (index >= 0) this.#keep(event, before.toSpliced(index, 1))
  }

  /** Lets the hot path skip making an event that nobody hears. */
  hears(event: PoolEventName): boolean {
    return this.#subscriptions.size > 0 && this.#subscriptions.has(event)
  }

  emit<E extends PoolEventName>(event: E, payload: PoolEvents[E]): void {
    const subscriptions = this.#subscriptions.get(event)
    if (subscriptions === undefined) return
    for (const subscription of subscriptions) {
      // The type says that it answers nothing; an async function fits it all the same.
      const listener = subscription.listener as (event: PoolEvents[E]) => unknown
      if (subscription.once) this.off(event, listener)
      try {
        const answer = inOwnContext(listener, undefined, payload)
        if (answer !== undefined) {
          heedRejection(answer, (reason) => reportFault(`A '${event}' listener of the pool rejected`, reason))
        }
      } catch (error) {
        reportFault(`A '${event}' listener of the pool threw`, error)
      }
    }
  }

  #keep(event: PoolEventName, subscriptions: readonly Subscription[]): void {
    if (subscriptions.length === 0) this.#subscriptions.delete(event)
    else this.#subscriptions.set(event, subscriptions)
  }
}
