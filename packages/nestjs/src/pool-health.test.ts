import { HostpoolError, type Pool, type PoolCheck } from '@mysql-hostpool/core'
import { HealthCheckService, TerminusModule } from '@nestjs/terminus'
import { NestFactory } from '@nestjs/core'
import { describe, expect, it } from 'vitest'

import { poolHealth } from './pool-health.js'

interface FakeHost {
  name: string
  state: string
  reason: string
  writable: boolean
  latency?: number
}

const up = (name: string): FakeHost => ({ name, state: 'up', reason: '', writable: true, latency: 3 })
const down = (name: string): FakeHost => ({ name, state: 'down', reason: 'connect refused', writable: true })
const readOnly = (name: string): FakeHost => ({ ...up(name), writable: false })

/** A pool with hosts as a test says, whose checks a test answers. */
function fakePool(hosts: FakeHost[], probe: false | 'auto' = 'auto') {
  const checks: { timeout: number; answer: (found: Partial<PoolCheck>) => void; fail: (error: Error) => void }[] = []
  const listeners = new Set<() => void>()
  const state = { state: 'open' }
  const pool = {
    config: { health: { probe }, password: 's3cret' },
    status: () => ({ ...state, connectionLimit: 4, inUse: 1, idle: 2, waiting: 0, hosts }),
    check: ({ timeout }: { timeout: number }) => new Promise((answer, fail) => checks.push({ timeout, answer, fail })),
    on: (_: string, listener: () => void) => listeners.add(listener),
    off: (_: string, listener: () => void) => listeners.delete(listener),
  } as unknown as Pool
  return { pool, checks, listeners, state }
}

type Fake = ReturnType<typeof fakePool>

/** Asks for the health, and answers the check that this needs. */
async function askedOnce({ pool, checks }: Fake, found: Partial<PoolCheck>, access?: 'read' | 'write') {
  const health = poolHealth(pool, { access })
  checks.shift()?.answer(found)
  return health
}

describe('a pool', () => {
  it('asks its hosts the first time, and is up when one of them serves', async () => {
    const fake = fakePool([up('db1:3306'), down('db2:3306')])
    expect(await askedOnce(fake, { readable: true, writable: true })).toEqual({
      status: 'up',
      connections: { limit: 4, inUse: 1, idle: 2, waiting: 0 },
      hosts: [
        { name: 'db1:3306', state: 'up', reason: '', writable: true },
        { name: 'db2:3306', state: 'down', reason: 'connect refused', writable: true },
      ],
    })
  })

  it('is not believed before a probe has answered, even where a host counts as up', async () => {
    const fake = fakePool([up('db1:3306')])
    expect(await askedOnce(fake, { readable: true, writable: false }, 'write')).toMatchObject({
      status: 'down',
      message: 'no host serves writes',
    })
  })

  it('answers at once later on, while a host is up: one that hangs delays nothing', async () => {
    const fake = fakePool([up('db1:3306'), { ...up('db2:3306'), state: 'suspect' }])
    await askedOnce(fake, { readable: true, writable: true })
    expect(await poolHealth(fake.pool, {})).toMatchObject({ status: 'up' })
    expect(fake.checks).toEqual([])
  })

  it('asks again while no host is up, and answers with the first that comes back', async () => {
    const host = down('db1:3306')
    const fake = fakePool([host])
    expect(await askedOnce(fake, { readable: false, writable: false })).toMatchObject({
      status: 'down',
      message: 'no host serves reads',
      hosts: [{ name: 'db1:3306', state: 'down', reason: 'connect refused' }],
    })
    const health = poolHealth(fake.pool, { timeout: 250 })
    expect(fake.checks).toMatchObject([{ timeout: 250 }])
    Object.assign(host, up(host.name))
    for (const listener of fake.listeners) listener()
    expect(await health).toMatchObject({ status: 'up' })
    expect(fake.listeners.size).toBe(0)
  })

  it('is up for reads and down for writes while its hosts are read-only', async () => {
    const fake = fakePool([readOnly('db1:3306')])
    await askedOnce(fake, { readable: true, writable: false })
    expect(await poolHealth(fake.pool, { access: 'read' })).toMatchObject({ status: 'up' })
    expect(await askedOnce(fake, { readable: true, writable: false }, 'write')).toMatchObject({ status: 'down' })
  })

  it('asks its hosts each time where probes are off', async () => {
    const fake = fakePool([up('db1:3306')], false)
    await askedOnce(fake, { readable: true, writable: true })
    expect(await askedOnce(fake, { readable: false, writable: false })).toMatchObject({ status: 'down' })
  })

  it('is down once it has been ended, also when that happens meanwhile', async () => {
    const fake = fakePool([up('db1:3306')])
    const health = poolHealth(fake.pool, {})
    fake.checks.shift()?.fail(new HostpoolError('ERR_HOSTPOOL_CLOSED', 'ended'))
    expect(await health).toMatchObject({ status: 'down', message: 'the pool has been ended' })
    fake.state.state = 'ending'
    expect(await poolHealth(fake.pool, {})).toMatchObject({ status: 'down', message: 'the pool has been ended' })
    expect(fake.checks).toEqual([])
  })

  it('refuses options that have no meaning', async () => {
    const { pool } = fakePool([])
    await expect(poolHealth(pool, { access: 'any' as 'read' })).rejects.toThrow(/access has to be 'read' or 'write'/)
    await expect(poolHealth(pool, { timeout: 0 })).rejects.toThrow(/timeout has to be a number of milliseconds/)
  })
})

describe('@nestjs/terminus', () => {
  it('takes the result: up is ok, down is 503 with the details', async () => {
    const app = await NestFactory.createApplicationContext(TerminusModule.forRoot({ logger: false }), { logger: false })
    const terminus = await app.resolve(HealthCheckService)
    const fake = fakePool([up('db1:3306')])
    await askedOnce(fake, { readable: true, writable: true })
    const indicators = [async () => ({ database: await poolHealth(fake.pool, {}) })]
    expect(await terminus.check(indicators)).toMatchObject({ status: 'ok', info: { database: { status: 'up' } } })
    fake.state.state = 'ended'
    await expect(terminus.check(indicators)).rejects.toMatchObject({
      status: 503,
      response: { status: 'error', error: { database: { status: 'down', hosts: [{ name: 'db1:3306' }] } } },
    })
    await app.close()
  })
})
