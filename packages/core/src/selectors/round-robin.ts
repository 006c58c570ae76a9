import type { HostSelector, HostSnapshot, Random, SelectionSnapshot } from './selector.js'
import { freeOf, preferredHosts, shareOf } from './choice.js'
import type { SelectorKind } from './selector-kind.js'

/** How far each host is behind its share, by name. A host with a higher number comes sooner. */
export type Credits = ReadonlyMap<string, number>

/** The result of one pick, and the credits for the next pick. */
export interface RoundRobinStep {
  readonly credits: Credits
  readonly host: HostSnapshot | undefined
}

/**
 * Smooth weighted round robin. At each pick every host gains its share as credit. The host with the most credit is picked, and
 * pays the sum of all shares. Weights of 5, 1 and 1 give the order a a b a c a a, not five times a in a row.
 *
 * A new host starts with a random credit below its share, so that processes that start together do not all open their first
 * connection to the first host of the list. A host that is absent from some picks keeps its credit.
 */
export function stepRoundRobin(
  credits: Credits,
  snapshot: SelectionSnapshot,
  random: Random,
  isFree?: (host: HostSnapshot) => boolean,
): RoundRobinStep {
  const next = new Map(credits)
  let total = 0
  let picked: HostSnapshot | undefined
  let most = Number.NEGATIVE_INFINITY
  for (const host of freeOf(preferredHosts(snapshot), isFree)) {
    const share = shareOf(host)
    const credit = (credits.get(host.name) ?? random() * share) + share
    next.set(host.name, credit)
    total += share
    if (credit > most) {
      most = credit
      picked = host
    }
  }
  if (picked !== undefined) next.set(picked.name, most - total)
  return { credits: next, host: picked }
}

/** Makes a selector that keeps the credits from pick to pick. Each pool has one of its own. */
export function createRoundRobin(): HostSelector {
  let credits: Credits = new Map()
  return (snapshot, random, isFree) => {
    const step = stepRoundRobin(credits, snapshot, random, isFree)
    credits = step.credits
    return step.host
  }
}

export const roundRobin: SelectorKind = { create: createRoundRobin, ranksIdle: false, followsPriority: false }
