import type { Timer } from '../clock.js'
import type { Access } from '../sql/access.js'
import type { Host } from '../hosts/host.js'
import type { Checkout } from './checkout.js'
import { ListElement } from './intrusive-list.js'
import type { Resource } from './resource.js'

export type CheckoutDone<R extends Resource> = (error: Error | null, checkout?: Checkout<R>) => void

/** What happens to few waiters only. It is kept apart so that the others stay small: a hundred thousand may wait at once. */
export interface WaiterExtras {
  /** Where it asked, when leaks are looked for. */
  readonly borrowedAt?: Error
  /** Runs while no host can serve it at all. */
  readonly noHostDeadline?: Timer | undefined
  readonly signal?: AbortSignal
  /** Hosts whose connect failed for it without being down, each tried once. */
  readonly failedOn?: ReadonlySet<Host>
  readonly lastError?: Error
}

/** A waiter among those of its timeout; see Deadlines. */
export class Deadline<R extends Resource> extends ListElement<Deadline<R>> {
  readonly waiter: Waiter<R>

  constructor(waiter: Waiter<R>) {
    super()
    this.waiter = waiter
  }
}

/** A caller that waits for a connection, in the list of its kind; see AccessQueues. */
export class Waiter<R extends Resource> extends ListElement<Waiter<R>> {
  readonly access: Access | undefined
  readonly since: number
  readonly done: CheckoutDone<R>
  /** Its place in the one order of all waiters. */
  ticket = 0
  readonly deadline = new Deadline<R>(this)
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

  /** A host has refused what was opened for it: it is not sent there again. */
  noteRefusal(host: Host, error: Error): void {
    this.note({ failedOn: new Set(this.extras?.failedOn).add(host), lastError: error })
  }
}
