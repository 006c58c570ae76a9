import { selectorOf, shareOf } from './choice.js'
import type { Choice } from './choice.js'
import type { SelectorKind } from './selector-kind.js'

/** Any host, as often as its share says. */
export const chooseRandom: Choice = (hosts, random) => {
  if (hosts.length < 2) return hosts[0]
  const total = hosts.reduce((sum, host) => sum + shareOf(host), 0)
  let left = random() * total
  for (const host of hosts) {
    left -= shareOf(host)
    if (left < 0) return host
  }
  // The last sums may be a rounding error short of the total.
  return hosts.at(-1)
}

const chooseAny = selectorOf(chooseRandom)

export const random: SelectorKind = { create: () => chooseAny, ranksIdle: false, followsPriority: false }
