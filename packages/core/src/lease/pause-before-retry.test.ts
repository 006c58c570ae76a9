import { describe, expect, it } from 'vitest'

import { pauseBeforeRetry } from './pause-before-retry.js'

const limits = { retries: 100, retryTimeout: 30_000, firstPause: 20, longestPause: 1_000 }

describe('the pause before a retry', () => {
  it.each([
    [{ attempt: 1, elapsed: 0, random: 0.999 }, 20],
    [{ attempt: 1, elapsed: 0, random: 0.5 }, 10],
    [{ attempt: 1, elapsed: 0, random: 0 }, 0],
    [{ attempt: 2, elapsed: 15, random: 0.5 }, 20],
    [{ attempt: 6, elapsed: 500, random: 0.5 }, 320],
    [{ attempt: 7, elapsed: 900, random: 0.5 }, 500],
    [{ attempt: 90, elapsed: 20_000, random: 0.5 }, 500],
  ])('%j is random below a limit that doubles up to the longest: %s', (progress, pause) => {
    expect(pauseBeforeRetry(progress, limits)).toBe(pause)
  })

  it('ends with the time that is left', () => {
    expect(pauseBeforeRetry({ attempt: 20, elapsed: 29_900, random: 0.9 }, limits)).toBe(100)
  })

  it.each([
    ['the time is over', { attempt: 5, elapsed: 30_000, random: 0 }, limits],
    ['the time was over long ago', { attempt: 2, elapsed: 300_000, random: 0 }, limits],
    ['there is no time', { attempt: 1, elapsed: 0, random: 0 }, { ...limits, retryTimeout: 0 }],
    ['there have been so many retries', { attempt: 4, elapsed: 0, random: 0 }, { ...limits, retries: 3 }],
    ['there are to be none', { attempt: 1, elapsed: 0, random: 0 }, { ...limits, retries: 0 }],
  ])('is none when %s', (_what, progress, so) => {
    expect(pauseBeforeRetry(progress, so)).toBeUndefined()
  })

  it('allows the last of so many retries', () => {
    expect(pauseBeforeRetry({ attempt: 3, elapsed: 0, random: 0 }, { ...limits, retries: 3 })).toBe(0)
  })
})
