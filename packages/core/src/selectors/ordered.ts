import { lowest, selectorOf } from './choice.js'
import { chooseRandom } from './random.js'
import type { SelectorKind } from './selector-kind.js'

/** Takes the host of the lowest `priority` number. Hosts of equal number share by weight. */
const chooseByPriority = selectorOf(chooseRandom, (hosts) => lowest(hosts, (host) => host.priority))

export const ordered: SelectorKind = { create: () => chooseByPriority, ranksIdle: false, followsPriority: true }
