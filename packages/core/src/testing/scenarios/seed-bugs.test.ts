import { describe, expect, it } from 'vitest'

import { resolveConfig } from '../../config/pool-config.js'
import type { PoolOptions } from '../../config/options.js'
import { PoolWorld } from '../pool-world.js'
import { down, Scenario } from '../scenario.js'
import '../to-tell.js'

// Each of these went wrong in the pool that this one takes over from.
describe('two pools in one process', () => {
  it('have hosts of their own, and what one learns of a host is not the business of the other', async () => {
    const shop = new PoolWorld({ host: 'a,b', poolName: 'shop' })
    const stock = new PoolWorld({ host: 'b,c', poolName: 'stock' }, 2, shop)
    shop.server('b').ways.welcome = 'wants another password'
    await shop.settled(Promise.allSettled([shop.pool.query('SELECT 1'), shop.pool.query('SELECT 1')]))
    shop.pool.hosts.drain('b:3306')
    expect(shop.pool.status().hosts.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'a:3306 up',
      'b:3306 draining',
    ])
    expect(stock.pool.status().hosts.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'b:3306 unknown',
      'c:3306 unknown',
    ])
    await shop.settled(Promise.all([shop.pool.end(), stock.pool.end()]))
  })

  it('read the same options and have the same limits, and the options stay as they were', () => {
    const options: PoolOptions = {
      host: ['a', 'b'],
      connectionLimit: 2,
      acquireTimeout: 500,
      health: { interval: 1000 },
    }
    const before = structuredClone(options)
    const [first, second] = [resolveConfig(options), resolveConfig(options)]
    expect(options).toEqual(before)
    expect([first.connectionLimit, second.connectionLimit]).toEqual([2, 2])
    expect(first).toEqual(second)
  })

  it('do not make the same picks', () => {
    const picks = [1, 2].map((seed) => {
      const scenario = new Scenario({ host: 'a,b,c', connectionLimit: 24, maxConnecting: 24 }, seed)
      scenario.crowd(24)
      return scenario.told().filter((line) => line.endsWith('handshake'))
    })
    expect(picks[0]).toHaveLength(24)
    expect(picks[0]).not.toEqual(picks[1])
  })
})

describe('the places of a pool', () => {
  it('are not lost with a stale connection whose replacement cannot be opened', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, acquireTimeout: 1000 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.passes(1000)
    scenario.server('a').ways.answers = 'with an error'
    scenario.server('a').ways.welcome = 'refuses'
    const bob = scenario.borrower('bob').asks()
    scenario.passes(1000)
    expect(bob.reason).toBe('ERR_HOSTPOOL_NO_HOST')
    expect(scenario.status.total).toBe(0)
    scenario.server('a').ways.answers = 'well'
    scenario.returns('a')
    const cid = scenario.borrower('cid').asks()
    scenario.passes(10)
    expect(cid.holds).toBeDefined()
  })

  it('go to a waiter when a broken connection is thrown away', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    ann.destroys()
    scenario.passes(10)
    expect(bob.holds).toBe('a#2')
  })

  it('are not doubled when all connections are replaced while some are checked out', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2 })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    scenario.world.engine.refresh()
    const others = scenario.crowd(4)
    scenario.passes(100)
    expect(scenario.openAtServers).toBe(2)
    ann?.returns()
    bob?.returns()
    for (let time = 0; time < 100; time += 1) {
      scenario.passes(1)
      expect(scenario.openAtServers).toBeLessThanOrEqual(2)
    }
    expect(others.filter((other) => other.holds !== undefined)).toHaveLength(2)
  })

  it('are taken before a connect, not after it: a burst does not exceed the limit', () => {
    const scenario = new Scenario({ host: 'a,b,c', connectionLimit: 3, maxConnecting: 100 })
    scenario.everywhere({ handshakeTime: 100 })
    scenario.crowd(50)
    expect(scenario.handshakes).toBe(3)
    scenario.passes(1000)
    expect(scenario.openAtServers).toBe(3)
  })
})

describe('the hosts of a pool', () => {
  it('are named without the blanks around them', () => {
    const scenario = new Scenario({ host: ' a , b,c ' })
    expect(scenario.world.hosts.all.map(({ config }) => config.host)).toEqual(['a', 'b', 'c'])
  })

  it.each(['wants another password', 'has no such database'] as const)(
    'are not called down, none of them, when every one of them %s',
    (welcome) => {
      const scenario = new Scenario({ host: 'a,b,c' })
      scenario.everywhere({ welcome })
      for (let turn = 0; turn < 5; turn += 1) {
        const ann = scenario.borrower('ann').asks()
        scenario.passes(20)
        expect(ann.error?.message).toBe(welcome)
      }
      expect(scenario.status.hosts.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown'])
      scenario.everywhere({ welcome: 'accepts' })
      const bob = scenario.borrower('bob').asks()
      scenario.passes(20)
      expect(bob.holds).toBeDefined()
    },
  )

  it('are used again within a second of their return after all of them were down', async () => {
    const world = new PoolWorld({ host: 'a,b' })
    const { pool } = world
    await world.settled(pool.query('SELECT 1'))
    for (const name of ['a', 'b']) {
      world.server(name).ways.welcome = 'refuses'
      world.server(name).dropAll()
    }
    const refusal: unknown = await world.settled(pool.query('SELECT 1').catch((error: unknown) => error))
    expect(refusal).toMatchObject({ code: 'ERR_HOSTPOOL_NO_HOST', cause: { code: 'ECONNREFUSED' } })
    await world.clock.flow(30_000)
    for (const name of ['a', 'b']) world.server(name).ways.welcome = 'accepts'
    await world.clock.flow(1000)
    await expect(world.settled(pool.query('SELECT 1'))).resolves.toBeDefined()
    await world.settled(pool.end())
  })
})

describe('a borrower', () => {
  it('never gets the open transaction of another', async () => {
    const world = new PoolWorld({ host: 'a', connectionLimit: 1 })
    const { pool, clock } = world
    const statements: string[] = []
    const { answer } = world.driver
    world.driver.answer = (sql, server) => {
      statements.push(sql)
      return answer(sql, server)
    }
    const lease = await world.settled(pool.getConnection())
    await world.settled(lease.beginTransaction())
    await world.settled(lease.query("UPDATE items SET name = 'x'"))
    lease.release()
    const next = pool.getConnection()
    statements.push('next borrower waits')
    await world.settled(next)
    const transaction = statements.slice(statements.indexOf('START TRANSACTION'))
    expect(transaction.filter((sql) => !sql.includes('SCHEMA') && !sql.includes('GLOBAL'))).toEqual([
      'START TRANSACTION',
      "UPDATE items SET name = 'x'",
      'next borrower waits',
      'ROLLBACK',
    ])
    expect((await next).inTransaction).toBe(false)
    ;(await next).release()
    await clock.flow(10)
    await world.settled(pool.end())
  })

  it('does not wait for ever, and is told what the pool was doing', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 1 })
    scenario.learns('b', down)
    scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    scenario.passes(10_000)
    expect(bob.reason).toBe('ERR_HOSTPOOL_ACQUIRE_TIMEOUT')
    expect(bob.error?.message).toMatch(/1 of 1 connections in use.*b:3306 down \(it is gone\)/)
  })
})
