import { describe, expect, it } from 'vitest'

import { cluster, outcome } from '../testing/fake-cluster.js'
import { type Answer, type FakeDriver, healthyNode } from '../testing/fake-driver.js'
import type { FakeServer } from '../testing/fake-server.js'

/** How often a server is asked how it is, from now on. */
function countProbes(driver: FakeDriver, server: FakeServer): { readonly count: number } {
  const seen = { count: 0 }
  const { answer } = driver
  driver.answer = (sql, of) => {
    if (of === server && sql.includes('WSREP_LOCAL_STATE')) seen.count += 1
    return answer(sql, of)
  }
  return seen
}

describe('a host that hangs', () => {
  it('is recognised within a second by the statements that wait for it, and they are served elsewhere', async () => {
    const { clock, server, leaseOn, stateOf, changes } = await cluster()
    server('b').freeze()
    const read = outcome(leaseOn('b').query('SELECT 1'))
    await clock.flow(900)
    expect(stateOf('b')).toBe('down')
    expect(read.value).toBe('answered')
    expect(changes).toHaveLength(1)
    expect(changes[0]).toContain('it did not answer a probe within 500 ms')
  })

  it('fails a write with a typed error: it may have happened', async () => {
    const { clock, server, leaseOn } = await cluster()
    server('b').freeze()
    const write = outcome(leaseOn('b').query('INSERT INTO t VALUES (1)'))
    await clock.flow(900)
    expect(write.value).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
  })

  it('gets no new borrower once it is silent, before anything else is known of it', async () => {
    const { pool, clock, server, leaseOn, held, stateOf } = await cluster()
    server('b').freeze()
    outcome(leaseOn('b').query('SELECT 1'))
    for (const lease of held) if (!lease.host.startsWith('b')) lease.release()
    await clock.flow(250)
    expect(stateOf('b')).toBe('up')
    for (let round = 0; round < 20; round += 1) {
      const lease = pool.getConnection()
      await clock.flow(5)
      expect((await lease).host).not.toMatch(/^b/)
      ;(await lease).release()
    }
  })

  it('is recognised within three seconds when nobody uses it', async () => {
    const { clock, server, held, stateOf } = await cluster()
    for (const lease of held) lease.release()
    await clock.flow(2_000)
    server('b').freeze()
    await clock.flow(3_000)
    expect(stateOf('b')).toBe('down')
  })
})

describe('a host that is only slow', () => {
  it('stays up while one statement runs for long: the probe is answered, and asked for less and less', async () => {
    const { clock, driver, leaseOn, changes, server } = await cluster()
    const probes = countProbes(driver, server('b'))
    server('b').ways.answerTime = (what) => (what.startsWith('SELECT SLEEP') ? 60_000 : 1)
    const report = outcome(leaseOn('b').query('SELECT SLEEP(60)'))
    await clock.flow(59_000)
    expect(changes).toEqual([])
    // Every two seconds without anybody waiting, and a dozen more at 0.1, 0.2, 0.4 … seconds.
    expect(probes.count).toBeLessThan(60)
    await clock.flow(2_000)
    expect(report.value).toBe('answered')
  })

  it('is asked how it is at most ten times a second, however often a statement takes long', async () => {
    const { clock, driver, leaseOn, server } = await cluster()
    const probes = countProbes(driver, server('b'))
    server('b').ways.answerTime = (what) => (what.startsWith('SELECT SLEEP') ? 35 : 0.1)
    for (let turn = 0; turn < 30; turn += 1) {
      for (let quick = 0; quick < 20; quick += 1) {
        outcome(leaseOn('b').query('SELECT 1'))
        await clock.flow(0.2)
      }
      outcome(leaseOn('b').query('SELECT SLEEP(0.035)'))
      await clock.flow(40)
    }
    expect(probes.count).toBeGreaterThan(2)
    expect(probes.count).toBeLessThanOrEqual(15)
  })

  it('stays up when its probe is not answered but statements are', async () => {
    const { pool, clock, server, held, changes } = await cluster()
    for (const lease of held) lease.release()
    server('b').ways.answerTime = (what) => (what.includes('WSREP') ? 5_000 : 1)
    for (let time = 0; time < 10_000; time += 20) {
      const reads = [1, 2, 3].map(() => pool.query('SELECT 1'))
      await clock.flow(20)
      await Promise.all(reads)
    }
    expect(changes).toEqual([])
  })
})

describe('a node that its cluster has given up while it hung', () => {
  const inView =
    (numbers: Record<string, number>): Answer =>
    (sql, server) => {
      const rows = healthyNode(sql, server)
      if (rows instanceof Error || !sql.includes('WSREP_LOCAL_STATE')) return rows
      return [...rows, ['WSREP_CLUSTER_STATE_UUID', 'u'], ['WSREP_CLUSTER_CONF_ID', String(numbers[server.name])]]
    }

  it('is not believed until it has the view that the others have', async () => {
    const { clock, driver, server, stateOf, leaseOn, pool } = await cluster()
    driver.answer = inView({ a: 3, b: 3, c: 3 })
    await clock.flow(3_000)
    server('b').freeze()
    outcome(leaseOn('b').query('SELECT 1'))
    await clock.flow(2_000)
    driver.answer = inView({ a: 4, b: 3, c: 4 })
    await clock.flow(5_000)
    server('b').thaw()
    await clock.flow(4_000)
    expect(stateOf('b')).toBe('down')
    expect(pool.status().hosts.find(({ name }) => name.startsWith('b'))?.reason).toContain(
      'the cluster goes on without it',
    )
    driver.answer = inView({ a: 5, b: 5, c: 5 })
    await clock.flow(700)
    expect(stateOf('b')).toBe('up')
  })

  it('is used again at once when it was not given up', async () => {
    const { clock, driver, server, stateOf, leaseOn } = await cluster()
    driver.answer = inView({ a: 3, b: 3, c: 3 })
    await clock.flow(3_000)
    server('b').freeze()
    outcome(leaseOn('b').query('SELECT 1'))
    await clock.flow(2_000)
    expect(stateOf('b')).toBe('down')
    server('b').thaw()
    await clock.flow(700)
    expect(stateOf('b')).toBe('up')
  })
})
