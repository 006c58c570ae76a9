import { loadOf, lowest, selectorOf } from './choice.js'
import { chooseRandom } from './random.js'

/** The host with the fewest connections in use and under way, in proportion to its share; at random among equals. */
export const leastBusySelector = selectorOf((hosts, random) => chooseRandom(lowest(hosts, loadOf), random))
