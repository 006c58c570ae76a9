import type { Access, Serves } from '../sql/access.js'

/** How many wait for each kind of access. */
export interface Waiting {
  readonly any: number
  readonly read: number
  readonly write: number
}

/**
 * What more connections should be opened for, the most pressing first; empty when every waiter has one promised already. A
 * promise is a handshake or a validation under way, on a host that serves so and so. Writes come first because the fewest
 * hosts serve them: a connection for a write can mostly serve the others too, but not the other way round.
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
