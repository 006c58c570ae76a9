import { describe, expect, it } from 'vitest'

import type { PoolOptions } from '../config/options.js'
import { resolveConfig } from '../config/pool-config.js'
import { Hostpool } from '../hostpool.js'
import { cluster, outcome } from '../simulation/fake-cluster.js'
import { FakeDriver } from '../simulation/fake-driver.js'
import { FakeServer } from '../simulation/fake-server.js'
import { VirtualClock } from '../simulation/virtual-clock.js'

function refusal(errno: number, message: string): Error {
  return Object.assign(new Error(message), { errno })
}

const WRITE = 'INSERT INTO t VALUES (1)'

/** One address, and servers behind it: new connections lead to the one that `leadTo` names. */
async function oneAddress(options: Partial<PoolOptions> = {}) {
  const clock = new VirtualClock()
  const servers = new Map(['first', 'second'].map((name) => [name, new FakeServer(name, clock)]))
  const server = (name: string): FakeServer => servers.get(name) ?? new FakeServer(name, clock)
  let target = 'first'
  const readOnly = new Set<string>()
  const refusing = new Map<string, Error>()
  const driver = new FakeDriver(() => server(target))
  driver.answer = (sql, { name }) => {
    const value = readOnly.has(name) ? 'ON' : 'OFF'
    if (sql.startsWith('SHOW GLOBAL VARIABLES')) {
      const rows = [['read_only', value]]
      return sql.includes('hostname') ? [['hostname', name], ...rows] : rows
    }
    if (sql.startsWith("SELECT 'READ_ONLY'")) return [['READ_ONLY', value]]
    if (sql === WRITE && readOnly.has(name)) return refusal(1290, 'running with the --read-only option')
    const refused = refusing.get(name)
    return refused !== undefined && sql === WRITE ? refused : []
  }
  const given = { host: 'db', user: 'shop', health: { probe: 'plain' } } as const
  const pool = new Hostpool(resolveConfig({ ...given, ...options }), { clock, random: () => 0.5, driver })
  const told: string[] = []
  pool.on('warning', ({ message }) => told.push(message))
  pool.on('hostDown', ({ reason }) => told.push(`down: ${reason}`))
  const used = Promise.all([pool.query(WRITE), pool.query('SELECT 1'), pool.query('SELECT 2')])
  await clock.flow(3_000)
  await used
  const leadTo = (name: string): void => {
    target = name
  }
  const write = async (within = 1_000) => {
    const seen = outcome(pool.query(WRITE))
    await clock.flow(within)
    return seen.value
  }
  return { pool, clock, server, leadTo, readOnly, refusing, told, write }
}

describe('an address that leads to another server', () => {
  it('because the first was made read-only: the next write gets through, and what has changed is told', async () => {
    const { leadTo, readOnly, write, told, pool, clock, server } = await oneAddress()
    leadTo('second')
    readOnly.add('first')
    expect(await write()).toBe('answered')
    expect(told).toEqual([
      expect.stringMatching(/^db:3306 leads to another server now \(hostname second; it was hostname first\)$/),
    ])
    await clock.flow(3_000)
    expect(server('first').open).toBe(0)
    expect(pool.status().hosts[0]).toMatchObject({ state: 'up', writable: true })
  })

  it('some time after the first was made read-only is found without a write as well', async () => {
    const { leadTo, readOnly, write, clock, pool } = await oneAddress()
    readOnly.add('first')
    await clock.flow(20_000)
    expect(pool.status().hosts[0]?.writable).toBe(false)
    leadTo('second')
    await clock.flow(2_500)
    expect(pool.status().hosts[0]?.writable).toBe(true)
    expect(await write()).toBe('answered')
  })

  it('because the first answers nothing any more: statements that wait there are given up, and later ones are served', async () => {
    const { leadTo, server, pool, clock, told, write } = await oneAddress()
    const leases = [pool.getConnection(), pool.getConnection()]
    await clock.flow(50)
    const held = await Promise.all(leases)
    leadTo('second')
    server('first').freeze()
    const lost = held.map((lease) => outcome(lease.query(WRITE)))
    await clock.flow(2_500)
    for (const { value } of lost) expect(value).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(await write(2_500)).toBe('answered')
    expect(told.filter((line) => line.startsWith('down'))).toEqual([])
  })
})

describe('sessions that are ended', () => {
  it('all at once, the probe’s among them, are no dead server: nothing is refused for want of a host', async () => {
    const { server, write, told } = await oneAddress()
    for (let round = 0; round < 5; round += 1) {
      server('first').dropAll()
      expect(await write(50)).toBe('answered')
    }
    expect(told).toEqual([])
  })

  it('are followed by a dead server: that is noticed at once', async () => {
    const { server, write, told } = await oneAddress()
    server('first').ways.welcome = 'refuses'
    server('first').dropAll()
    expect(await write(50)).toMatchObject({ code: 'ERR_HOSTPOOL_NO_HOST' })
    expect(told).toHaveLength(1)
  })
})

describe('a flow that is dropped without a word', () => {
  it('does not take the host down when a new connection is answered', async () => {
    const { server, told, clock, pool } = await oneAddress()
    const before = server('first')
    before.ways.answers = 'never'
    await clock.flow(10)
    const probing = outcome(pool.query('SELECT 1'))
    await clock.flow(200)
    before.ways.answers = 'well'
    await clock.flow(4_000)
    expect(probing.value).toBe('answered')
    expect(told).toEqual([])
  })
})

describe('a server that refuses writes', () => {
  it.each([
    [1290, 'The MySQL server is running with the --read-only option so it cannot execute this statement'],
    [1836, 'Running in read-only mode'],
    [1874, 'InnoDB is in read only mode.'],
    [1792, 'Cannot execute statement in a READ ONLY transaction.'],
  ])('with %i, whatever its settings say, is believed for a while, and longer each time', async (errno, message) => {
    const { refusing, pool, clock, write } = await oneAddress()
    refusing.set('first', refusal(errno, message))
    const seen = outcome(pool.query(WRITE))
    await clock.flow(200)
    expect(pool.status().hosts[0]).toMatchObject({ state: 'up', writable: false })
    await clock.flow(2_000)
    expect(seen.value).toMatchObject({ errno })
    refusing.clear()
    await clock.flow(3_000)
    expect(await write()).toBe('answered')
    expect(pool.status().hosts[0]).toMatchObject({ state: 'up', writable: true, reason: '' })
  })

  it('for a setting that has nothing to do with it is thought no less of', async () => {
    const { refusing, pool, write } = await oneAddress()
    refusing.set(
      'first',
      refusal(1290, 'The server is running with the --secure-file-priv option so it cannot execute this'),
    )
    expect(await write()).toMatchObject({ errno: 1290 })
    expect(pool.status().hosts[0]).toMatchObject({ writable: true })
  })

  it('is said to be what is awaited when a writer does not come', async () => {
    const { readOnly, pool, clock } = await oneAddress({ acquireTimeout: 2_000 })
    readOnly.add('first')
    await clock.flow(3_000)
    const seen = outcome(pool.query(WRITE))
    await clock.flow(2_500)
    expect(seen.value).toMatchObject({
      code: 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT',
      message: expect.stringMatching(
        /^No connection to a host that accepts writes within .*db:3306 takes no writes \(read_only is on\)/,
      ) as string,
    })
  })
})

describe('without probes', () => {
  it('a host that was read-only for a moment takes writes again', async () => {
    const { readOnly, write, clock } = await oneAddress({ health: { probe: false } })
    readOnly.add('first')
    expect(await write()).not.toBe('answered')
    await clock.flow(5_000)
    readOnly.clear()
    await clock.flow(2_500)
    expect(await write()).toBe('answered')
  })
})

describe('a host that is down', () => {
  it('gives back within a second what waits there, also when its borrower has let go meanwhile', async () => {
    const { server, clock, driver, leaseOn, stateOf } = await cluster({ hedgeReads: false })
    const { answer } = driver
    server('b').ways.answerTime = (what) => (what === WRITE ? 60_000 : 1)
    const lease = leaseOn('b')
    const waits = outcome(lease.query(WRITE))
    driver.answer = (asked, of) => {
      const rows = answer(asked, of)
      if (of.name !== 'b' || rows instanceof Error || !asked.includes('WSREP_LOCAL_STATE')) return rows
      return rows.map(([name, value]) => [name, name === 'WSREP_REJECT_QUERIES' ? 'ALL' : value])
    }
    while (stateOf('b') !== 'down') await clock.flow(10)
    await clock.flow(500)
    lease.release()
    await clock.flow(550)
    expect(waits.value).toBeInstanceOf(Error)
  })

  it.each([
    ['a read is asked elsewhere', 'SELECT 1', 'answered'],
    ['a write fails', WRITE, expect.objectContaining({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })],
  ])('gives back within a second what waits there: %s', async (_, sql, told) => {
    const { server, clock, driver, leaseOn, stateOf } = await cluster({ hedgeReads: false })
    const { answer } = driver
    server('b').ways.answerTime = (what) => (what === sql ? 60_000 : 1)
    const waits = outcome(leaseOn('b').query(sql))
    driver.answer = (asked, of) => {
      const rows = answer(asked, of)
      if (of.name !== 'b' || rows instanceof Error || !asked.includes('WSREP_LOCAL_STATE')) return rows
      return rows.map(([name, value]) => [name, name === 'WSREP_REJECT_QUERIES' ? 'ALL' : value])
    }
    await clock.flow(2_100)
    expect(stateOf('b')).toBe('down')
    await clock.flow(1_000)
    expect(waits.value).toEqual(told)
  })
})
