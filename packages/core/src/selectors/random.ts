import { selectorOf, shareOf } from './choice.js'
import type { Choice } from './choice.js'
import type { SelectorKind } from './selector-kind.js'

/** Draws a host at random, in proportion to the shares. */
export const chooseRandom: Choice = (hosts, random) => {
  if (hosts.length < 2) return hosts[0]
  const total = hosts.reduce((sum, host) => sum + shareOf(host), 0)
  let left = random() * total
  for (const host of hosts) {
    left -= shareOf(host)
    if (left < 0) return host
  }
  // A rounding error in the sums can leave a rest after the last host.
  return hosts.at(-1)
}

const chooseAny = selectorOf(chooseRandom)

export const random: SelectorKind = { create: () => chooseAny, ranksIdle: false, followsPriority: false }
