import { type Access, canServe, type Serves } from '../../sql/access.js'

/**
 * The largest number of waiters that these connections can serve at once, each connection one waiter. For one waiter after the
 * other, the search tries to find a connection, or to make one free: this is slow, and plainly right.
 */
export function mostServed(waiters: readonly (Access | undefined)[], connections: readonly Serves[]): number {
  const takenBy = new Map<number, number>()
  const place = (waiter: number, tried: Set<number>): boolean =>
    connections.some((serves, index) => {
      if (tried.has(index) || !canServe(serves, waiters[waiter])) return false
      tried.add(index)
      const other = takenBy.get(index)
      if (other !== undefined && !place(other, tried)) return false
      takenBy.set(index, waiter)
      return true
    })
  return waiters.filter((_, index) => place(index, new Set())).length
}
