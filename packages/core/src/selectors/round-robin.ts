import type { HostSelector, HostSnapshot, Random, SelectionSnapshot } from './selector.js'
import { freeOf, preferredHosts, shareOf } from './choice.js'
import type { SelectorKind } from './selector-kind.js'

/** How far each host is behind its share, by name. A higher number means sooner. */
export type Credits = ReadonlyMap<string, number>

/** One pick, and what is to be remembered for the next. */
export interface RoundRobinStep {
  readonly credits: Credits
  readonly host: HostSnapshot | undefined
}

/**
 * Smooth weighted round robin: every host to choose among gains its share, the one with the most is picked and pays what all
 * have gained. With weights 5, 1 and 1 this gives a a b a c a a, not five times a in a row.
 *
 * A host that is new here starts at a random point of its turn, so that processes that start together do not all open their
 * first connection to the first host of the list. A host that is not shown for a while keeps its place.
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

/** A selector that remembers from pick to pick; each pool has its own. */
export function createRoundRobin(): HostSelector {
  let credits: Credits = new Map()
  return (snapshot, random, isFree) => {
    const step = stepRoundRobin(credits, snapshot, random, isFree)
    credits = step.credits
    return step.host
  }
}

export const roundRobin: SelectorKind = { create: createRoundRobin, ranksIdle: false, followsPriority: false }
