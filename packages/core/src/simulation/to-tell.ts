import { expect } from 'vitest'

import { Story } from './story.js'
import { matches } from './tale.js'

declare module 'vitest' {
  interface Matchers<T> {
    /** Everything that the story told since the last time is this, in order; see `matches` for the wildcards. */
    toTell(...expected: string[]): T
  }
}

expect.extend({
  toTell(story: unknown, ...expected: string[]) {
    if (!(story instanceof Story)) throw new TypeError('Only a story tells')
    const actual = story.told()
    return { pass: matches(actual, expected), message: () => 'The story went otherwise', actual, expected }
  },
})
