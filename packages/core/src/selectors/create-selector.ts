import { heedRejection } from '../user-fault.js'
import { kindOf, type SelectorOption } from './registry.js'
import type { HostSelector, Selector } from './selector.js'
import { freeOf, preferredHosts } from './choice.js'
import { chooseRandom } from './random.js'

/** Told in words when a function of the user's could not be followed: the first time, and again after it had worked. */
export type SelectorProblemListener = (message: string) => void

/** The selector that an option names, or a user's own made safe. Each pool makes its own, for some remember. */
export function createSelector(option: SelectorOption, onProblem?: SelectorProblemListener): HostSelector {
  if (typeof option === 'function') return guarded(option, onProblem)
  return kindOf(option).create()
}

/**
 * A user's function is shown the preferred hosts only, so that zones, weights of 0 and earlier failures mean the same with it
 * as with the others. Whatever it does, a host is chosen: at random where it says nothing, throws or answers something else.
 */
function guarded(own: Selector, onProblem: SelectorProblemListener | undefined): HostSelector {
  let failing = false
  const report = (message: string): void => {
    if (!failing) onProblem?.(`${message}; the host is chosen at random instead`)
    failing = true
  }
  return (snapshot, random, isFree) => {
    const hosts = preferredHosts(snapshot)
    const free = freeOf(hosts, isFree)
    if (free.length === 0) return undefined
    // Its own to sort and to change: what is known of the hosts stays as it is.
    const shown = hosts.map((host) => ({ ...host }))
    const answer = answerOf(own, { hosts: [...shown], zone: snapshot.zone }, random)
    if ('thrown' in answer) {
      report(`the selector function threw ${answer.thrown}`)
    } else if (answer.value === undefined) {
      failing = false
    } else {
      const host = hosts[shown.findIndex((copy) => copy === answer.value)]
      if (host !== undefined) {
        failing = false
        return free.includes(host) ? host : undefined
      }
      // An async function is no selector; what it rejects with must not end the process.
      heedRejection(answer.value, () => undefined)
      report('the selector function answered something that is not one of the hosts it was shown')
    }
    return chooseRandom(free, random)
  }
}

function answerOf(own: Selector, ...shown: Parameters<Selector>): { value: unknown } | { thrown: string } {
  try {
    return { value: own(...shown) }
  } catch (error) {
    return { thrown: error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no Error' }
  }
}
