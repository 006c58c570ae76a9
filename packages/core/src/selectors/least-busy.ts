import { loadOf, lowest, selectorOf } from './choice.js'
import { chooseRandom } from './random.js'
import type { SelectorKind } from './selector-kind.js'

/** Takes the host with the fewest connections in use or being opened, in proportion to its share; at random among equals. */
const chooseLeastBusy = selectorOf((hosts, random) => chooseRandom(lowest(hosts, loadOf), random))

export const leastBusy: SelectorKind = { create: () => chooseLeastBusy, ranksIdle: true, followsPriority: false }
