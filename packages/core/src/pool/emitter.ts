import { inOwnContext } from '../call-context.js'
import { heedRejection, reportFault } from '../user-fault.js'
import { isObserver } from './observer.js'
import type { EventDetails, PoolEventName, PoolEvents, PoolListener } from './events.js'

interface Subscription {
  readonly listener: (event: never) => void
  readonly once: boolean
}

/** The most different messages that one pool emits as process warnings. */
const MOST_WARNINGS = 100

/** Calls the listeners of the pool's events. A listener that throws or rejects breaks nothing, and causes a process warning. */
export class PoolEmitter {
  readonly #poolName: string
  /** The messages that became process warnings because no listener was there. */
  readonly #warned = new Set<string>()
  readonly #subscriptions = new Map<PoolEventName, readonly Subscription[]>()

  /** @param poolName - part of every event, because an application may log the events of several pools */
  constructor(poolName: string) {
    this.#poolName = poolName
  }

  on<E extends PoolEventName>(event: E, listener: PoolListener<E>, once = false): void {
    this.#subscriptions.set(event, [...(this.#subscriptions.get(event) ?? []), { listener, once }])
  }

  off<E extends PoolEventName>(event: E, listener: PoolListener<E>): void {
    const before = this.#subscriptions.get(event) ?? []
    const index = before.findLastIndex((subscription) => subscription.listener === listener)
    if (index >= 0) this.#keep(event, before.toSpliced(index, 1))
  }

  /** Whether an event has a listener. The hot path makes no event objects without one. */
  hears(event: PoolEventName): boolean {
    return this.#subscriptions.size > 0 && this.#subscriptions.has(event)
  }

  emit<E extends PoolEventName>(event: E, details: EventDetails[E]): void {
    const subscriptions = this.#subscriptions.get(event)
    if (event === 'warning' && (subscriptions === undefined || subscriptions.every(isObserver))) {
      this.#warnProcess((details as EventDetails['warning']).message)
    }
    if (subscriptions === undefined) return
    // Frozen, so that no listener can change the event of the next one.
    const payload = Object.freeze({ poolName: this.#poolName, ...details }) as PoolEvents[E]
    for (const subscription of subscriptions) {
      // The type of a listener returns nothing, and TypeScript still accepts an async function.
      const listener = subscription.listener as (event: PoolEvents[E]) => unknown
      if (subscription.once) this.off(event, listener)
      try {
        const answer = inOwnContext(listener, undefined, payload)
        if (answer !== undefined) {
          heedRejection(answer, (reason) =>
            reportFault(`A '${event}' listener of the pool '${this.#poolName}' rejected`, reason),
          )
        }
      } catch (error) {
        reportFault(`A '${event}' listener of the pool '${this.#poolName}' threw`, error)
      }
    }
  }

  /** Emits a process warning, so that an operator reads the message even if the application has no listener. */
  #warnProcess(message: string): void {
    if (this.#warned.has(message) || this.#warned.size >= MOST_WARNINGS) return
    this.#warned.add(message)
    process.emitWarning(`The pool '${this.#poolName}': ${message}`, 'HostpoolWarning')
  }

  #keep(event: PoolEventName, subscriptions: readonly Subscription[]): void {
    if (subscriptions.length === 0) this.#subscriptions.delete(event)
    else this.#subscriptions.set(event, subscriptions)
  }
}
