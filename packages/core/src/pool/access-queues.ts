import type { Access, Serves } from '../sql/access.js'
import { IntrusiveList } from './intrusive-list.js'
import type { Resource } from './resource.js'
import type { Waiter } from './waiter.js'

/**
 * One strict first-come order over three kinds of waiters: for reads, for writes, for either. Each kind has a list of its own.
 * The first waiter that a connection can serve is found by a comparison of three tickets, however long the lists are.
 */
export class AccessQueues<R extends Resource> {
  #tickets = 0
  readonly #any = new IntrusiveList<Waiter<R>>()
  readonly #read = new IntrusiveList<Waiter<R>>()
  readonly #write = new IntrusiveList<Waiter<R>>()

  get size(): number {
    return this.#any.size + this.#read.size + this.#write.size
  }

  count(access: Access | undefined): number {
    return this.#listOf(access).size
  }

  add(waiter: Waiter<R>): void {
    waiter.ticket = ++this.#tickets
    this.#listOf(waiter.access).add(waiter)
  }

  /** Takes a waiter out of its list. */
  remove(waiter: Waiter<R>): void {
    waiter.list?.remove(waiter)
  }

  /** The waiter with the lowest ticket among those that a host can serve. */
  first(serves: Serves): Waiter<R> | undefined {
    let found: Waiter<R> | undefined
    if (serves.read || serves.write) found = this.#any.oldest
    if (serves.read) found = earlier(found, this.#read.oldest)
    if (serves.write) found = earlier(found, this.#write.oldest)
    return found
  }

  /** The waiter with the lowest ticket among those that need this access. */
  firstOf(access: Access | undefined): Waiter<R> | undefined {
    return this.#listOf(access).oldest
  }

  /** A copy of the three lists, one after the other. */
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
