import { latency } from './latency.js'
import { leastBusy } from './least-busy.js'
import { ordered } from './ordered.js'
import { random } from './random.js'
import { roundRobin } from './round-robin.js'
import type { SelectorKind } from './selector-kind.js'
import type { Selector } from './selector.js'

/** All selectors that have a name. A new selector needs a file in this folder and a line here. */
const KINDS = {
  random,
  'round-robin': roundRobin,
  ordered,
  'least-busy': leastBusy,
  latency,
} satisfies Readonly<Record<SelectorName, SelectorKind>>

/**
 * - `random`: a host at random, in proportion to the weights.
 * - `round-robin`: one host after the other, in proportion to the weights.
 * - `ordered`: the host of the lowest `priority` number; hosts of equal number share by weight.
 * - `least-busy`: the host with the fewest connections in use or being opened, in proportion to its weight.
 * - `latency`: two hosts at random of those about as fast as the fastest, and the less busy one of the two.
 */
export type SelectorName = 'random' | 'round-robin' | 'ordered' | 'least-busy' | 'latency'

/** The option `selector`: the name of a selector, or a function that chooses. */
export type SelectorOption = SelectorName | Selector

export const selectorNames = Object.keys(KINDS) as readonly SelectorName[]

/** The traits of a function of the application: the pool cannot know its reasons. */
const CUSTOM = { ranksIdle: false, followsPriority: false } as const

export function kindOf(name: SelectorName): SelectorKind {
  return KINDS[name]
}

/** The traits of a selector that the engine depends on. */
export function traitsOf(option: SelectorOption): Pick<SelectorKind, 'ranksIdle' | 'followsPriority'> {
  return typeof option === 'function' ? CUSTOM : KINDS[option]
}
