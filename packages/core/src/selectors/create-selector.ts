import { heedRejection } from '../user-fault.js'
import { kindOf, type SelectorOption } from './registry.js'
import type { HostSelector, Selector } from './selector.js'
import { freeOf, preferredHosts } from './choice.js'
import { chooseRandom } from './random.js'

/**
 * Called with a message when the user's selector function throws or returns an invalid value. A function that fails several
 * times in a row is reported once.
 */
export type SelectorProblemListener = (message: string) => void

/** Makes the selector of an option. Each pool makes a selector of its own, because some selectors have a state. */
export function createSelector(option: SelectorOption, onProblem?: SelectorProblemListener): HostSelector {
  if (typeof option === 'function') return guarded(option, onProblem)
  return kindOf(option).create()
}

/**
 * Makes a user's function safe. The function sees the preferred hosts only, so that zones, weights of 0 and earlier failures
 * mean the same as with the built-in selectors. Where the function returns undefined, throws or returns anything but a host,
 * a host is chosen at random.
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
    // The function gets copies, which it may sort and change.
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
      // An async function cannot be a selector. The rejection of its promise must not end the process.
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
