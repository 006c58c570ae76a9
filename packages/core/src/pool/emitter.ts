import { inOwnContext } from '../call-context.js'
import { heedRejection, reportFault } from '../user-fault.js'
import type { EventDetails, PoolEventName, PoolEvents, PoolListener } from './events.js'

interface Subscription {
  readonly listener: (event: never) => void
  readonly once: boolean
}

/** Different messages that are told as warnings of the process; a pool with more has been seen. */
const MOST_WARNINGS = 100

/** Tells listeners what happens. A listener that throws or rejects is reported as a process warning and breaks nothing. */
export class PoolEmitter {
  readonly #poolName: string
  /** What the process was warned of for want of a listener. */
  readonly #warned = new Set<string>()
  readonly #subscriptions = new Map<PoolEventName, readonly Subscription[]>()

  /** @param poolName - is in every event: an application may log those of several pools */
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

  /** Lets the hot path skip making an event that has no listener. */
  hears(event: PoolEventName): boolean {
    return this.#subscriptions.size > 0 && this.#subscriptions.has(event)
  }

  emit<E extends PoolEventName>(event: E, details: EventDetails[E]): void {
    const subscriptions = this.#subscriptions.get(event)
    if (subscriptions === undefined) {
      if (event === 'warning') this.#warnProcess((details as EventDetails['warning']).message)
      return
    }
    // Frozen: what one listener does with it must not reach the next.
    const payload = Object.freeze({ poolName: this.#poolName, ...details }) as PoolEvents[E]
    for (const subscription of subscriptions) {
      // The type says that it answers nothing; an async function fits it all the same.
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

  /** What an operator should read must not go unread in an application that listens for nothing. */
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
