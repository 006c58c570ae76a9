import type { Timer } from '../clock.js'
import type { Access } from '../sql/access.js'
import type { Host } from '../hosts/host.js'
import type { Checkout } from './checkout.js'
import { ListElement } from './intrusive-list.js'
import type { Resource } from './resource.js'

export type CheckoutDone<R extends Resource> = (error: Error | null, checkout?: Checkout<R>) => void

/** Fields that only few waiters need. They are separate, so that a waiter stays small: a hundred thousand may wait at once. */
export interface WaiterExtras {
  /** The stack of the caller's request, with `leakDetectionThreshold`. */
  readonly borrowedAt?: Error
  /** The timer of `noHostTimeout`. It runs while no host serves the waiter's access. */
  readonly noHostDeadline?: Timer | undefined
  readonly signal?: AbortSignal
  /** The hosts that refused a connect for this waiter because of the configuration. Each is tried once. */
  readonly failedOn?: ReadonlySet<Host>
  readonly lastError?: Error
}

/** The waiters with the same timeout, in the order of their arrival, which is that of their deadlines. */
export interface DeadlineList<R extends Resource> {
  readonly timeout: number
  /** Waiters that have left stay here for a while: to take each out of the middle would cost more. */
  waiters: Waiter<R>[]
  /** The number of those that still wait. */
  waiting: number
  timer: Timer | undefined
}

/** A caller that waits for a connection, in the list of its kind; see AccessQueues. */
export class Waiter<R extends Resource> extends ListElement<Waiter<R>> {
  readonly access: Access | undefined
  readonly since: number
  readonly done: CheckoutDone<R>
  /** The waiter's place in the order of all waiters. */
  ticket = 0
  /** The list of the waiter's timeout; undefined where the wait has no limit. See Deadlines. */
  deadlines: DeadlineList<R> | undefined
  extras: WaiterExtras | undefined

  constructor(access: Access | undefined, since: number, done: CheckoutDone<R>) {
    super()
    this.access = access
    this.since = since
    this.done = done
  }

  get waiting(): boolean {
    return this.list !== undefined
  }

  get borrowedAt(): Error | undefined {
    return this.extras?.borrowedAt
  }

  note(extras: WaiterExtras): void {
    this.extras = { ...this.extras, ...extras }
  }

  /** Notes that a host has refused the login. The pool does not try this host again for this waiter. */
  noteRefusal(host: Host, error: Error): void {
    this.note({ failedOn: new Set(this.extras?.failedOn).add(host), lastError: error })
  }
}
