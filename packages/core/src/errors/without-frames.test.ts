import { expect, it } from 'vitest'

import { withoutFrames } from './without-frames.js'

it('an error without frames says what it is, and the next one has its frames again', () => {
  const error = withoutFrames(() => new TypeError('told to many'))
  expect(error.stack).toBe('TypeError: told to many')
  expect(new Error('told to one').stack).toMatch(/\n {4}at /)
})

it('what fails to be made is thrown, and the next error has its frames', () => {
  const fails = (): never => {
    throw new Error('not made')
  }
  expect(() => withoutFrames(fails)).toThrow('not made')
  expect(new Error('told to one').stack).toMatch(/\n {4}at /)
})
