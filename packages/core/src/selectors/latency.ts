import type { HostSnapshot, Random } from './selector.js'
import { loadOf, lowest, selectorOf } from './choice.js'
import type { Choice } from './choice.js'
import { chooseRandom } from './random.js'
import type { SelectorKind } from './selector-kind.js'

/** A host this many times as slow as the fastest is still as good as any; more is another site, or trouble. */
const windowFactor = 2
/** Differences below this many milliseconds are noise. */
const windowFloor = 1
/** One choice in this many looks beyond the window: a host that is never asked would never be seen to be fast again. */
const explorationPeriod = 32

/**
 * Of the hosts about as fast as the fastest, two at random, and of those the one with less to do. Two, not all: pools that see
 * the same numbers would otherwise all run to the same host at once. A host not measured yet counts as fast.
 */
const chooseOfTwo: Choice = (hosts, random) =>
  hosts.length < 2 ? hosts[0] : chooseRandom(lowest(twoOf(hosts, random), loadOf), random)

const chooseByLatency = selectorOf(chooseOfTwo, (hosts, random) =>
  hosts.length < 2 || random() * explorationPeriod < 1 ? hosts : withinWindow(hosts),
)

export const latency: SelectorKind = { create: () => chooseByLatency, ranksIdle: true, followsPriority: false }

function withinWindow(hosts: readonly HostSnapshot[]): readonly HostSnapshot[] {
  const fastest = hosts.reduce((least, { latency }) => Math.min(least, latency ?? least), Number.POSITIVE_INFINITY)
  const limit = Math.max(fastest * windowFactor, fastest + windowFloor)
  return hosts.filter(({ latency }) => latency === undefined || latency <= limit)
}

/** Two different hosts, each pair as likely as any other. */
function twoOf(hosts: readonly HostSnapshot[], random: Random): readonly HostSnapshot[] {
  if (hosts.length <= 2) return hosts
  const first = indexBelow(hosts.length, random)
  const other = indexBelow(hosts.length - 1, random)
  // The second is drawn from the others: those behind the first move up by one.
  const second = other < first ? other : other + 1
  return hosts.filter((_, index) => index === first || index === second)
}

function indexBelow(count: number, random: Random): number {
  return Math.min(Math.floor(random() * count), count - 1)
}
