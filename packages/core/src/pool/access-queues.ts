import type { Access, Serves } from '../sql/access.js'
import { IntrusiveList } from './intrusive-list.js'
import type { Resource } from './resource.js'
import type { Waiter } from './waiter.js'

/**
 * One strict first-come order over three kinds of waiters. Each kind has a list of its own, so that the first waiter a
 * connection can serve is found by comparing three tickets, however many wait.
 */
export class AccessQueues<R extends Resource> {
  #tickets = 0
  #size = 0
  readonly #any = new IntrusiveList<Waiter<R>>()
  readonly #read = new IntrusiveList<Waiter<R>>()
  readonly #write = new IntrusiveList<Waiter<R>>()

  /** The number of all waiters. */
  get size(): number {
    return this.#size
  }

  count(access: Access | undefined): number {
    return this.#listOf(access).size
  }

  add(waiter: Waiter<R>): void {
    waiter.ticket = ++this.#tickets
    this.#listOf(waiter.access).add(waiter)
    this.#size += 1
  }

  /** Takes a waiter out, wherever it stands. */
  remove(waiter: Waiter<R>): void {
    if (waiter.list === undefined) return
    waiter.list.remove(waiter)
    this.#size -= 1
  }

  /** The waiter with the lowest ticket that such a host can serve. */
  first(serves: Serves): Waiter<R> | undefined {
    let found: Waiter<R> | undefined
    if (serves.read || serves.write) found = this.#any.oldest
    if (serves.read) found = earlier(found, this.#read.oldest)
    if (serves.write) found = earlier(found, this.#write.oldest)
    return found
  }

  /** The first with this need. */
  firstOf(access: Access | undefined): Waiter<R> | undefined {
    return this.#listOf(access).oldest
  }

  /** Every waiter of now; kind by kind, each in order. */
  snapshot(): Waiter<R>[] {
    return [...this.#any, ...this.#read, ...this.#write]
  }

  #listOf(access: Access | undefined): IntrusiveList<Waiter<R>> {
    if (access === undefined) return this.#any
    return access === 'read' ? this.#read : this.#write
  }
}

function earlier<R extends Resource>(a: Waiter<R> | undefined, b: Waiter<R> | undefined): Waiter<R> | undefined {
  if (a === undefined) return b
  if (b === undefined) return a
  return a.ticket < b.ticket ? a : b
}
