import { type Access, canServe, type Serves } from '../../sql/access.js'

/**
 * How many of the waiters can be served at once by these connections, each by its own. Worked out by trying, one waiter
 * after the other, to find a connection or to make one free; slow, and plainly right.
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
