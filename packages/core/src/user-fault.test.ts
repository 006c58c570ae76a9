import { setImmediate } from 'node:timers/promises'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { heedRejection, reportFault, wordsOf } from './user-fault.js'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a fault of the application', () => {
  it.each([
    { thrown: new Error('mine'), told: 'mine' },
    { thrown: 'a string', told: 'a string' },
    { thrown: undefined, told: 'undefined' },
    { thrown: Symbol('s'), told: 'Symbol(s)' },
    { thrown: Object.create(null) as unknown, told: 'something that is no Error (object)' },
    { thrown: Object.assign(new Error('without a stack'), { stack: undefined }), told: 'without a stack' },
  ])('is a warning of the process, whatever was thrown: $told', ({ thrown, told }) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    reportFault('The onResult function threw', thrown)
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^The onResult function threw: /), 'HostpoolWarning')
    expect(warn).toHaveBeenCalledWith(expect.stringContaining(told), 'HostpoolWarning')
    expect(wordsOf(thrown)).toBe(told)
  })

  it.each([
    ['a promise', () => Promise.reject(new Error('later'))],
    [
      "another library's promise",
      // oxlint-disable-next-line unicorn/no-thenable -- what rejects is not always a Promise of this realm
      () => ({ then: (_: unknown, reject: (reason: unknown) => void) => reject(new Error('later')) }),
    ],
    [
      'a promise that cannot be looked at',
      () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- the worst that an answer can be
        get then(): never {
          throw new Error('later')
        },
      }),
    ],
  ])('is heard of when %s rejects that nobody waits for', async (_, make) => {
    const heard: unknown[] = []
    heedRejection(make(), (reason) => heard.push(wordsOf(reason)))
    await setImmediate()
    expect(heard).toEqual(['later'])
  })

  it.each([undefined, null, 42, 'text', {}, [], Promise.resolve(1), () => undefined])(
    'is none when %s is answered',
    async (answer) => {
      const heard: unknown[] = []
      heedRejection(answer, (reason) => heard.push(reason))
      await setImmediate()
      expect(heard).toEqual([])
    },
  )
})
