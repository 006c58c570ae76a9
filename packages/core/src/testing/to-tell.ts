import { expect } from 'vitest'

import { Scenario } from './scenario.js'
import { matches } from './tale.js'

declare module 'vitest' {
  interface Matchers<T> {
    /** Expects all lines of the scenario since the last call, in their order; see `matches` for the wildcards. */
    toTell(...expected: string[]): T
  }
}

expect.extend({
  toTell(scenario: unknown, ...expected: string[]) {
    if (!(scenario instanceof Scenario)) throw new TypeError('Only a story tells')
    const actual = scenario.told()
    return { pass: matches(actual, expected), message: () => 'The story went otherwise', actual, expected }
  },
})
