import type { Access, Serves } from '../sql/access.js'
import type { Resource } from './resource.js'
import type { Waiter } from './waiter.js'

/** Those with one need, in the order they came. */
export class WaitLine<R extends Resource> {
  first: Waiter<R> | undefined
  last: Waiter<R> | undefined
  count = 0
}

/**
 * One strict first-come order over three kinds of waiters. Each kind has a line of its own, so that the first waiter a
 * connection can serve is found by comparing three tickets, however many wait.
 */
export class AccessQueues<R extends Resource> {
  #size = 0
  #tickets = 0
  readonly #any = new WaitLine<R>()
  readonly #read = new WaitLine<R>()
  readonly #write = new WaitLine<R>()

  /** All who wait. */
  get size(): number {
    return this.#size
  }

  count(access: Access | undefined): number {
    return this.#lineOf(access).count
  }

  add(waiter: Waiter<R>): void {
    const line = this.#lineOf(waiter.access)
    waiter.ticket = ++this.#tickets
    waiter.line = line
    const { last } = line
    waiter.previous = last
    if (last === undefined) line.first = waiter
    else last.next = waiter
    line.last = waiter
    line.count += 1
    this.#size += 1
  }

  /** Takes a waiter out, wherever it stands. */
  remove(waiter: Waiter<R>): void {
    const { line, previous, next } = waiter
    if (line === undefined) return
    waiter.line = undefined
    if (previous === undefined) line.first = next
    else previous.next = next
    if (next === undefined) line.last = previous
    else next.previous = previous
    waiter.previous = undefined
    waiter.next = undefined
    line.count -= 1
    this.#size -= 1
  }

  /** The waiter with the lowest ticket that such a host can serve. */
  first(serves: Serves): Waiter<R> | undefined {
    let found: Waiter<R> | undefined
    if (serves.read || serves.write) found = this.#any.first
    if (serves.read) found = earlier(found, this.#read.first)
    if (serves.write) found = earlier(found, this.#write.first)
    return found
  }

  /** The first with this need. */
  firstOf(access: Access | undefined): Waiter<R> | undefined {
    return this.#lineOf(access).first
  }

  /** Everybody who waits now; kind by kind, each in order. */
  snapshot(): Waiter<R>[] {
    const waiters: Waiter<R>[] = []
    for (const line of [this.#any, this.#read, this.#write]) {
      for (let waiter = line.first; waiter !== undefined; waiter = waiter.next) waiters.push(waiter)
    }
    return waiters
  }

  #lineOf(access: Access | undefined): WaitLine<R> {
    if (access === undefined) return this.#any
    return access === 'read' ? this.#read : this.#write
  }
}

function earlier<R extends Resource>(a: Waiter<R> | undefined, b: Waiter<R> | undefined): Waiter<R> | undefined {
  if (a === undefined) return b
  if (b === undefined) return a
  return a.ticket < b.ticket ? a : b
}
