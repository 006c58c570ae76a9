import type { Access, Serves } from '../statement/access.js'
import type { Resource } from './resource.js'
import type { Waiter } from './waiter.js'

const LINES = ['any', 'read', 'write'] as const
type Line = (typeof LINES)[number]

/**
 * One strict first-come order over three kinds of waiters. Each kind has a line of its own, so that the first waiter a
 * connection can serve is found by comparing three tickets, however many wait.
 */
export class WaitQueue<R extends Resource> {
  #tickets = 0
  readonly #first: Record<Line, Waiter<R> | undefined> = { any: undefined, read: undefined, write: undefined }
  readonly #last: Record<Line, Waiter<R> | undefined> = { any: undefined, read: undefined, write: undefined }
  readonly #counts: Record<Line, number> = { any: 0, read: 0, write: 0 }

  get size(): number {
    return this.#counts.any + this.#counts.read + this.#counts.write
  }

  count(access: Access | undefined): number {
    return this.#counts[access ?? 'any']
  }

  add(waiter: Waiter<R>): void {
    const line = waiter.access ?? 'any'
    waiter.ticket = ++this.#tickets
    waiter.waiting = true
    const last = this.#last[line]
    waiter.previous = last
    if (last === undefined) this.#first[line] = waiter
    else last.next = waiter
    this.#last[line] = waiter
    this.#counts[line] += 1
  }

  /** Takes a waiter out, wherever it stands. */
  remove(waiter: Waiter<R>): void {
    if (!waiter.waiting) return
    const line = waiter.access ?? 'any'
    waiter.waiting = false
    if (waiter.previous === undefined) this.#first[line] = waiter.next
    else waiter.previous.next = waiter.next
    if (waiter.next === undefined) this.#last[line] = waiter.previous
    else waiter.next.previous = waiter.previous
    waiter.previous = undefined
    waiter.next = undefined
    this.#counts[line] -= 1
  }

  /** The waiter with the lowest ticket that such a host can serve. */
  first(serves: Serves): Waiter<R> | undefined {
    let found: Waiter<R> | undefined
    if (serves.read || serves.write) found = this.#first.any
    if (serves.read) found = earlier(found, this.#first.read)
    if (serves.write) found = earlier(found, this.#first.write)
    return found
  }

  /** The first with this need. */
  firstOf(access: Access | undefined): Waiter<R> | undefined {
    return this.#first[access ?? 'any']
  }

  /** Everybody who waits now; kind by kind, each in order. */
  snapshot(): Waiter<R>[] {
    const waiters: Waiter<R>[] = []
    for (const line of LINES) {
      for (let waiter = this.#first[line]; waiter !== undefined; waiter = waiter.next) waiters.push(waiter)
    }
    return waiters
  }
}

function earlier<R extends Resource>(a: Waiter<R> | undefined, b: Waiter<R> | undefined): Waiter<R> | undefined {
  if (a === undefined) return b
  if (b === undefined) return a
  return a.ticket < b.ticket ? a : b
}
