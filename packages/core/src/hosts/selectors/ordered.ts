import { lowest, selectorOf } from './choice.js'
import { chooseRandom } from './random.js'

/** The host of the lowest priority number; hosts of equal number share by weight. */
export const orderedSelector = selectorOf(chooseRandom, (hosts) => lowest(hosts, (host) => host.priority))
