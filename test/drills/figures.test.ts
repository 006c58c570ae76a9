import { expect, test } from 'vitest'
import { atOnce, figuresOf } from './figures.js'
import type { Sample, SentRequest, SubjectRecord } from './record.js'

const episode = { node: 2, breaking: 1000, broken: 1010, mending: 5000, usable: 6000 }
const drill = {
  drill: 'kill' as const,
  episodes: [episode],
  outages: [],
  from: 1000,
  to: 9000,
  hosts: ['a:1', 'b:1', 'c:1'],
}

test('requests that ended before the fault, or were due after the end, are not counted', () => {
  const { kinds } = figuresOf(drill, record([read(900, 990), read(995, 1005), read(9500, 9501)]))
  expect(kinds.read.requests).toBe(1)
})

test('the share of slow requests is that of those due before the fault was taken back, the worst is that of all', () => {
  const { kinds } = figuresOf(drill, record([read(2000, 2300), read(2100, 2101), read(6000, 7000)]))
  expect(kinds.read.slowShare).toBe(0.5)
  expect(kinds.read.worst).toBe(1000)
})

test('slow requests are told with when they were due, counted from the fault', () => {
  const { kinds } = figuresOf(drill, record([read(2000, 2300), read(6000, 7000), read(1500, 1900), read(1400, 1401)]))
  expect(kinds.read.slow).toEqual({ times: 3, first: 500, last: 5000, worst: 5000, paused: 0 })
  expect(kinds.write.slow).toBeUndefined()
})

test('a failure in flight is told from one that came after the fault, and that from one after its end', () => {
  const { kinds } = figuresOf(drill, record([lost(1005, 1020), lost(3000, 3001), lost(3000, 3001), lost(5500, 5501)]))
  expect(kinds.write).toMatchObject({ failed: 4, failedLater: 3, failedAfterMending: 1, errors: { GONE: 4 } })
})

test('what was sent and never ended is not settled', () => {
  expect(figuresOf(drill, { ...record([read(2000, 2001)]), sent: 3 }).unsettled).toBe(2)
})

test('detection and return are the pool’s own words about the host in trouble', () => {
  const figures = figuresOf(drill, {
    ...record([]),
    changes: [
      { at: 1100, host: 'b:1', good: false, reason: '' },
      { at: 1200, host: 'c:1', good: false, reason: '' },
      { at: 6300, host: 'c:1', good: true, reason: '' },
    ],
    requests: { 'c:1': [sentAt(1100), sentAt(1300), sentAt(4000, 'write'), sentAt(5500)] },
  })
  expect(figures).toMatchObject({ detected: 200, readmitted: 300, sentAfterDetection: 2, sentWhileSick: 3 })
  expect(figures.hostChanges?.map(({ after, node }) => [after, node])).toEqual([
    [100, 1],
    [200, 2],
    [5300, 2],
  ])
})

test('writes are back with the first that was answered after a server took them, the slowest time of several', () => {
  const outages = [
    { from: 2000, to: 2500 },
    { from: 4000, to: 4600 },
  ]
  const write = (due: number, ended: number): Sample => ({ kind: 'write', due, ended })
  const seen = record([write(1900, 1950), write(2100, 2700), lost(2600, 2610), read(4500, 4650), write(4100, 5000)])
  expect(figuresOf({ ...drill, outages }, seen).writesBack).toBe(400)
  expect(figuresOf({ ...drill, outages }, record([write(2100, 2700)])).writesBack).toBeUndefined()
  expect(figuresOf(drill, seen).writesBack).toBeUndefined()
})

test('to an old source that came back reads may go, and writes count', () => {
  const seen = { ...record([]), requests: { 'c:1': [sentAt(2000), sentAt(2100, 'write'), sentAt(2200, 'write')] } }
  expect(figuresOf({ ...drill, drill: 'returning' }, seen).sentWhileSick).toBe(2)
})

test('a pool that takes a node back too early is back only when it stays so', () => {
  const said = [
    { at: 1100, good: false },
    { at: 5100, good: true },
    { at: 5500, good: false },
    { at: 6200, good: true },
  ]
  const changes = said.map((change) => ({ ...change, host: 'c:1', reason: '' }))
  expect(figuresOf(drill, { ...record([]), changes })).toMatchObject({ detected: 100, readmitted: 200 })
})

test('a pool that never noticed has neither detected anything nor come back to it', () => {
  const figures = figuresOf(drill, { ...record([]), changes: [] })
  expect(figures.detected).toBeUndefined()
  expect(figures.readmitted).toBeUndefined()
})

test('with several nodes in trouble one that was never noticed makes the whole unnoticed', () => {
  const both = { ...drill, episodes: [episode, { ...episode, node: 1 }] }
  const changes = [{ at: 1200, host: 'c:1', good: false, reason: '' }]
  expect(figuresOf(both, { ...record([]), changes }).detected).toBeUndefined()
})

test('of a node that refuses writes only the writes that are sent to it count', () => {
  const changes = [{ at: 1200, host: 'c:1', good: false, reason: 'no writes' }]
  const requests = { 'c:1': [sentAt(1300), sentAt(1400, 'write'), sentAt(1500)] }
  const seen = { ...record([]), changes, requests }
  expect(figuresOf({ ...drill, drill: 'readonly' }, seen)).toMatchObject({ sentAfterDetection: 1, sentWhileSick: 1 })
})

test('a node is used again when a request is sent to it after it had become a full member', () => {
  const requests = { 'c:1': [sentAt(5500), sentAt(6450), sentAt(6500)], 'a:1': [sentAt(6001)] }
  expect(figuresOf(drill, { ...record([]), requests }).usedAgain).toBe(450)
})

test('a node that is left once more for the sake of the next one in trouble was back before', () => {
  const next = { node: 1, breaking: 7000, broken: 7000, mending: 7000, usable: 8000 }
  const said = [
    { at: 1100, good: false },
    { at: 6100, good: true },
    { at: 7500, good: false },
    { at: 8000, good: true },
  ]
  const changes = said.flatMap((change) => ['b:1', 'c:1'].map((host) => ({ ...change, host, reason: '' })))
  expect(figuresOf({ ...drill, episodes: [episode, next] }, { ...record([]), changes }).readmitted).toBe(100)
})

test('a request that was slow because its own process did nothing is told apart', () => {
  const samples = [read(2000, 2400), read(2100, 2500), read(3000, 3900)]
  const pauses = [
    { from: 500, to: 600 },
    { from: 2050, to: 2350 },
    { from: 3000, to: 3100 },
  ]
  const figures = figuresOf(drill, { ...record(samples), pauses })
  expect(figures.kinds.read.slow).toMatchObject({ times: 3, paused: 2 })
  expect(figures.pauses).toEqual({ times: 2, longest: 300 })
})

test('handshakes overlap when one begins before another ends, with the same host', () => {
  expect(
    atOnce([
      { from: 0, to: 10 },
      { from: 5, to: 15 },
      { from: 10, to: 20 },
    ]),
  ).toBe(2)
  const handshakes = [
    { host: 'a:1', from: 1000, to: 2000 },
    { host: 'b:1', from: 1000, to: 2000 },
    { from: 1000, to: 2000 },
  ]
  expect(figuresOf(drill, { ...record([]), handshakes })).toMatchObject({ handshakes: 3, handshakesAtOnce: 1 })
})

function read(due: number, ended: number): Sample {
  return { kind: 'read', due, ended }
}

function lost(due: number, ended: number): Sample {
  return { kind: 'write', due, ended, error: 'GONE' }
}

function sentAt(at: number, kind: 'read' | 'write' = 'read'): SentRequest {
  return { at, kind }
}

function record(samples: readonly Sample[]): SubjectRecord {
  return {
    samples,
    sent: samples.length,
    changes: undefined,
    requests: {},
    handshakes: [],
    burst: undefined,
    uncaught: [],
    leaks: [],
    pauses: [],
  }
}
