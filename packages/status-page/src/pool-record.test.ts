import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Sample } from './page-message.js'
import { NOTHING_SEEN, PoolRecord } from './pool-record.js'
import { FakePool, hostStatus } from './testing/fake-pool.js'

const MINUTE = 60_000

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})

afterEach(() => {
  vi.useRealTimers()
})

function record(keepHistory = false) {
  const pool = new FakePool()
  const made = new PoolRecord(pool.pool, 'shop', { showSql: false, keepHistory, onEvent: () => undefined })
  const samples = (): readonly Sample[] => made.view(NOTHING_SEEN).view.samples
  return { pool, made, samples }
}

/** A host that was checked out so often. */
function served(count: number, latency?: number) {
  return hostStatus('db1:3306', { latency, counters: { opened: 1, closed: 0, connectsFailed: 0, served: count } })
}

describe('the record of a pool', () => {
  it('costs nothing before a page is opened', async () => {
    const { pool } = record()
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    expect(pool.looks).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
    expect(FakePool.isFollowed).toBe(false)
  })

  it('samples every five seconds from the first page until ten minutes after the last', async () => {
    const { pool, made, samples } = record()
    const close = made.open()
    pool.shownHosts = [served(50, 3)]
    await vi.advanceTimersByTimeAsync(5_000)
    pool.shownHosts = [served(100, 4.0004)]
    await vi.advanceTimersByTimeAsync(5_000)
    expect(samples().map(({ hosts }) => hosts['db1:3306'])).toEqual([
      { rate: 10, latency: 3 },
      { rate: 10, latency: 4 },
    ])
    close()
    close()
    await vi.advanceTimersByTimeAsync(5 * MINUTE)
    expect(samples()).toHaveLength(62)
    await vi.advanceTimersByTimeAsync(6 * MINUTE)
    expect(vi.getTimerCount()).toBe(0)
    const { looks } = pool
    await vi.advanceTimersByTimeAsync(60 * MINUTE)
    expect(pool.looks).toBe(looks)
  })

  it('counts the traffic of a pause for no moment', async () => {
    const { pool, made, samples } = record()
    made.open()()
    pool.shownHosts = [served(0)]
    await vi.advanceTimersByTimeAsync(20 * MINUTE)
    pool.shownHosts = [served(100_000)]
    made.open()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(samples().at(-1)?.hosts).toEqual({ 'db1:3306': { rate: 0, latency: null } })
  })

  it('remembers ten minutes', async () => {
    const { made, samples } = record()
    made.open()
    await vi.advanceTimersByTimeAsync(30 * MINUTE)
    expect(samples()).toHaveLength(120)
    const [first] = samples()
    expect(Date.now() - (first?.at ?? 0)).toBeLessThanOrEqual(10 * MINUTE)
  })

  it('samples from the beginning when that is asked for, until the pool ends', async () => {
    const { pool, samples } = record(true)
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(samples()).toHaveLength(12)
    pool.emit('end', {})
    expect(vi.getTimerCount()).toBe(0)
  })

  it('has no latency for a host that is down', async () => {
    const { pool, made, samples } = record()
    made.open()
    pool.shownHosts = [hostStatus('db1:3306', { state: 'down', latency: 7 })]
    await vi.advanceTimersByTimeAsync(5_000)
    expect(samples().at(-1)?.hosts['db1:3306']?.latency).toBeNull()
  })

  it('tells a reader what is new to it, and nothing twice', async () => {
    const { pool, made } = record()
    made.open()
    pool.emit('hostUp', { host: 'db1:3306', reason: '' })
    await vi.advanceTimersByTimeAsync(5_000)
    const { view, seen } = made.view(NOTHING_SEEN)
    expect([view.events.length, view.samples.length]).toEqual([1, 1])
    const again = made.view(seen)
    expect([again.view.events, again.view.samples]).toEqual([[], []])
  })
})
