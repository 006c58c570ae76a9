import type { HostSnapshot, Random } from './selector.js'
import { loadOf, lowest, selectorOf } from './choice.js'
import type { Choice } from './choice.js'
import { chooseRandom } from './random.js'
import type { SelectorKind } from './selector-kind.js'

/** Hosts up to this many times as slow as the fastest count as equally fast. A slower host is at another site, or in trouble. */
const windowFactor = 2
/** Milliseconds: smaller differences are noise. */
const windowFloor = 1
/** One choice in this many includes the slow hosts: the pool would never notice that an unused host is fast again. */
const explorationPeriod = 32

/**
 * Draws two hosts at random, and takes the less busy one. A choice of the least busy of all hosts would send every pool that
 * sees the same numbers to the same host at once.
 */
const chooseOfTwo: Choice = (hosts, random) =>
  hosts.length < 2 ? hosts[0] : chooseRandom(lowest(twoOf(hosts, random), loadOf), random)

const chooseByLatency = selectorOf(chooseOfTwo, (hosts, random) =>
  hosts.length < 2 || random() * explorationPeriod < 1 ? hosts : withinWindow(hosts),
)

export const latency: SelectorKind = { create: () => chooseByLatency, ranksIdle: true, followsPriority: false }

/** The hosts about as fast as the fastest. A host without a measurement counts as fast. */
function withinWindow(hosts: readonly HostSnapshot[]): readonly HostSnapshot[] {
  const fastest = hosts.reduce((least, { latency }) => Math.min(least, latency ?? least), Number.POSITIVE_INFINITY)
  const limit = Math.max(fastest * windowFactor, fastest + windowFloor)
  return hosts.filter(({ latency }) => latency === undefined || latency <= limit)
}

/** Draws two different hosts. Each pair has the same chance. */
function twoOf(hosts: readonly HostSnapshot[], random: Random): readonly HostSnapshot[] {
  if (hosts.length <= 2) return hosts
  const first = indexBelow(hosts.length, random)
  const other = indexBelow(hosts.length - 1, random)
  // `other` counts the hosts without the first one: from there on each index in the whole list is one higher.
  const second = other < first ? other : other + 1
  return hosts.filter((_, index) => index === first || index === second)
}

function indexBelow(count: number, random: Random): number {
  return Math.min(Math.floor(random() * count), count - 1)
}
