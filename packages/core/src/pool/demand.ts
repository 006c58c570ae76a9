import type { Access, Serves } from '../sql/access.js'

/** The number of waiters for each kind of access. */
export interface Waiting {
  readonly any: number
  readonly read: number
  readonly write: number
}

/**
 * The kinds of access that need more connections, the most pressing kind first; empty when each waiter has a promised connection.
 * A promise is a handshake, a validation or a clean-up under way, given as the access that its host serves. Writes come first,
 * because the fewest hosts serve them: a connection for writes mostly serves reads too, but not the other way round.
 */
export function unmetDemand(waiting: Waiting, promises: Iterable<Serves>): readonly (Access | undefined)[] {
  let forBoth = 0
  let forRead = 0
  let forWrite = 0
  for (const serves of promises) {
    if (serves.read && serves.write) forBoth += 1
    else if (serves.read) forRead += 1
    else if (serves.write) forWrite += 1
  }
  const write = Math.max(0, waiting.write - forWrite)
  const read = Math.max(0, waiting.read - forRead)
  const spare = Math.max(0, forWrite - waiting.write) + Math.max(0, forRead - waiting.read)
  const any = Math.max(0, waiting.any - spare)
  if (write + read + any <= forBoth) return []
  const demand: (Access | undefined)[] = []
  if (write > 0) demand.push('write')
  if (read > 0) demand.push('read')
  if (any > 0) demand.push(undefined)
  return demand
}
