import { latency } from './latency.js'
import { leastBusy } from './least-busy.js'
import { ordered } from './ordered.js'
import { random } from './random.js'
import { roundRobin } from './round-robin.js'
import type { SelectorKind } from './selector-kind.js'
import type { Selector } from './selector.js'

/** Every way of choosing that has a name. A new one is a file beside this one, and a line here. */
const KINDS = {
  random,
  'round-robin': roundRobin,
  ordered,
  'least-busy': leastBusy,
  latency,
} satisfies Readonly<Record<string, SelectorKind>>

/**
 * - `random`: any host, as often as its weight says.
 * - `round-robin`: one after the other, as often as its weight says.
 * - `ordered`: the lowest `priority` number; hosts of equal number share by weight.
 * - `least-busy`: the fewest connections in use and under way, in proportion to its weight.
 * - `latency`: of the hosts about as fast as the fastest two at random, and of those the less busy one.
 */
export type SelectorName = keyof typeof KINDS

export type SelectorOption = SelectorName | Selector

export const selectorNames = Object.keys(KINDS) as readonly SelectorName[]

/** A function of the application's own: why it chooses as it does is unknown here. */
const CUSTOM = { ranksIdle: false, followsPriority: false } as const

export function kindOf(name: SelectorName): SelectorKind {
  return KINDS[name]
}

/** What the rest of the pool has to know of a way of choosing. */
export function traitsOf(option: SelectorOption): Pick<SelectorKind, 'ranksIdle' | 'followsPriority'> {
  return typeof option === 'function' ? CUSTOM : KINDS[option]
}
