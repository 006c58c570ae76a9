import { expect, test } from 'vitest'
import type { Figures, KindFigures } from './figures.js'
import { targetsOf } from './targets.js'

const fine: KindFigures = {
  requests: 100,
  errors: {},
  failed: 0,
  failedLater: 0,
  failedAfterMending: 0,
  slowShare: 0,
  worst: 20,
  worstDue: 0,
  slow: undefined,
}

test('a drill in which nothing went wrong meets every target', () => {
  for (const drill of [
    'kill',
    'freeze',
    'reject',
    'shutdown',
    'rolling',
    'all',
    'desync',
    'majority',
    'block',
    'suspend',
    'lag',
    'stopped',
    'switch',
    'promotion',
  ] as const) {
    expect(missed(drill, figures({}))).toEqual([])
  }
})

test('a slow read misses the limit of a low rate, and not that of a high one', () => {
  const slow = figures({ read: { ...fine, worst: 120 } })
  expect(missed('kill', slow)).toEqual(['worst read <= 50 ms'])
  expect(missed('kill', slow, 500)).toEqual([])
})

test('a write that was under way may fail in a kill, if its error says what has become of it', () => {
  const write = { ...fine, failed: 1, errors: { ERR_HOSTPOOL_OUTCOME_UNKNOWN: 1 } }
  expect(missed('kill', figures({ write }))).toEqual([])
  expect(missed('kill', figures({ write: { ...write, failedLater: 1 } }))).toHaveLength(1)
  expect(missed('kill', figures({ write: { ...write, errors: { PROTOCOL_CONNECTION_LOST: 1 } } }))).toHaveLength(1)
})

test('a write that reached the old source is missed, however well all else went', () => {
  expect(missed('returning', { ...figures({}), sentWhileSick: 1 })).toEqual(['no write goes to the old source'])
  expect(missed('returning', { ...figures({}), sentWhileSick: 0 })).toEqual([])
})

test('a planned switch fails no write, and a promotion only those that were under way', () => {
  const write = { ...fine, failed: 1, errors: { ERR_HOSTPOOL_OUTCOME_UNKNOWN: 1 } }
  expect(missed('switch', figures({ write }))).toEqual(['no write fails, in a transaction or not'])
  expect(missed('switch', { ...figures({}), sentAfterDetection: undefined, sentWhileSick: 2 })).toHaveLength(1)
  expect(missed('promotion', figures({ write }))).toEqual([])
  expect(missed('promotion', { ...figures({}), writesBack: undefined })).toHaveLength(1)
})

test('what was never measured is not met', () => {
  const unnoticed = { ...figures({}), readmitted: undefined, sentAfterDetection: undefined }
  expect(missed('reject', unnoticed)).toEqual([
    '<= 1 request to the node after its first refusal',
    'back within 1000 ms of being usable',
  ])
  expect(missed('blackhole', figures({}))).toHaveLength(1)
})

function missed(drill: Parameters<typeof targetsOf>[0], seen: Figures, rate = 80): readonly string[] {
  return targetsOf(drill, rate, seen)
    .filter(({ met }) => !met)
    .map(({ text }) => text)
}

function figures({ read = fine, write = fine }: { read?: KindFigures; write?: KindFigures }): Figures {
  return {
    kinds: { read, write },
    unsettled: 0,
    detected: 10,
    readmitted: 100,
    usedAgain: 200,
    writesBack: 300,
    sentAfterDetection: 0,
    sentWhileSick: 3,
    hostChanges: [],
    handshakes: 4,
    handshakesAtOnce: 2,
    handshakesAtReturn: 2,
    burst: undefined,
    uncaught: [],
    leaks: [],
    pauses: { times: 0, longest: 0 },
  }
}
