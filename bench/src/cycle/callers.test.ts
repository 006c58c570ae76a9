import { expect, test } from 'vitest'
import { Callers } from './callers.js'
import type { CycleSubject } from './subject.js'

/** As many connections as anybody wants, and how many are out at most. */
function plenty(api: CycleSubject['api']) {
  const seen = { inUse: 0, most: 0 }
  const take = () => {
    seen.inUse += 1
    seen.most = Math.max(seen.most, seen.inUse)
    return {}
  }
  const common = {
    configuration: '',
    release: () => {
      seen.inUse -= 1
    },
    end: () => Promise.resolve(),
  }
  const subject: CycleSubject =
    api === 'promise'
      ? { api, subject: { ...common, acquire: () => Promise.resolve(take()) } }
      : { api, subject: { ...common, acquire: (done) => done(null, take()) } }
  return { subject, seen }
}

test.each(['promise', 'callback'] as const)(
  'with the %s interface every caller holds one connection at a time and gives all of them back',
  async (api) => {
    const { subject, seen } = plenty(api)
    const callers = new Callers(subject, 7, undefined, 100)
    await callers.run()
    expect(seen).toEqual({ inUse: 0, most: 7 })
    expect(callers.total).toBeGreaterThanOrEqual(100)
    expect(callers.counts.reduce((sum, count) => sum + count, 0)).toBe(callers.total)
    expect(callers.countsAtStop.reduce((sum, count) => sum + count, 0)).toBe(100)
  },
)

test('who watches hears of every wait of every caller', async () => {
  const { subject } = plenty('promise')
  const heard: string[] = []
  const watch = {
    asks: (caller: number) => heard.push(`asks ${caller}`),
    gets: (caller: number) => heard.push(`gets ${caller}`),
  }
  const callers = new Callers(subject, 2, watch, 2)
  await callers.run()
  expect(heard.slice(0, 4)).toEqual(['asks 0', 'asks 1', 'gets 0', 'gets 1'])
})

test('a acquire that fails ends the run with its error', async () => {
  const failing: CycleSubject = {
    api: 'callback',
    subject: {
      configuration: '',
      acquire: (done) => done(new Error('no connection')),
      release: () => undefined,
      end: () => Promise.resolve(),
    },
  }
  await expect(new Callers(failing, 1).run()).rejects.toThrow('no connection')
})
