import { describe, expect, it } from 'vitest'

import { resolveConfig } from '../../config/pool-config.js'
import type { PoolOptions } from '../../config/options.js'
import { PoolWorld } from '../pool-world.js'
import { down, Story } from '../story.js'
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
      const story = new Story({ host: 'a,b,c', connectionLimit: 24, maxConnecting: 24 }, seed)
      story.crowd(24)
      return story.told().filter((line) => line.endsWith('handshake'))
    })
    expect(picks[0]).toHaveLength(24)
    expect(picks[0]).not.toEqual(picks[1])
  })
})

describe('the places of a pool', () => {
  it('are not lost with a stale connection whose replacement cannot be opened', () => {
    const story = new Story({ host: 'a', connectionLimit: 1, acquireTimeout: 1000 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.passes(1000)
    story.server('a').ways.answers = 'with an error'
    story.server('a').ways.welcome = 'refuses'
    const bob = story.borrower('bob').asks()
    story.passes(1000)
    expect(bob.reason).toBe('ERR_HOSTPOOL_NO_HOST')
    expect(story.status.total).toBe(0)
    story.server('a').ways.answers = 'well'
    story.returns('a')
    const cid = story.borrower('cid').asks()
    story.passes(10)
    expect(cid.holds).toBeDefined()
  })

  it('go to a waiter when a broken connection is thrown away', () => {
    const story = new Story({ host: 'a', connectionLimit: 1 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const bob = story.borrower('bob').asks()
    ann.destroys()
    story.passes(10)
    expect(bob.holds).toBe('a#2')
  })

  it('are not doubled when all connections are replaced while some are checked out', () => {
    const story = new Story({ host: 'a', connectionLimit: 2 })
    const [ann, bob] = story.crowd(2)
    story.passes(10)
    story.world.engine.refresh()
    const others = story.crowd(4)
    story.passes(100)
    expect(story.openAtServers).toBe(2)
    ann?.returns()
    bob?.returns()
    for (let time = 0; time < 100; time += 1) {
      story.passes(1)
      expect(story.openAtServers).toBeLessThanOrEqual(2)
    }
    expect(others.filter((other) => other.holds !== undefined)).toHaveLength(2)
  })

  it('are taken before a connect, not after it: a burst does not exceed the limit', () => {
    const story = new Story({ host: 'a,b,c', connectionLimit: 3, maxConnecting: 100 })
    story.everywhere({ handshakeTime: 100 })
    story.crowd(50)
    expect(story.handshakes).toBe(3)
    story.passes(1000)
    expect(story.openAtServers).toBe(3)
  })
})

describe('the hosts of a pool', () => {
  it('are named without the blanks around them', () => {
    const story = new Story({ host: ' a , b,c ' })
    expect(story.world.hosts.all.map(({ config }) => config.host)).toEqual(['a', 'b', 'c'])
  })

  it.each(['wants another password', 'has no such database'] as const)(
    'are not called down, none of them, when every one of them %s',
    (welcome) => {
      const story = new Story({ host: 'a,b,c' })
      story.everywhere({ welcome })
      for (let turn = 0; turn < 5; turn += 1) {
        const ann = story.borrower('ann').asks()
        story.passes(20)
        expect(ann.error?.message).toBe(welcome)
      }
      expect(story.status.hosts.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown'])
      story.everywhere({ welcome: 'accepts' })
      const bob = story.borrower('bob').asks()
      story.passes(20)
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
    const story = new Story({ host: 'a,b', connectionLimit: 1 })
    story.learns('b', down)
    story.borrower('ann').asks()
    story.passes(10)
    const bob = story.borrower('bob').asks()
    story.passes(10_000)
    expect(bob.reason).toBe('ERR_HOSTPOOL_ACQUIRE_TIMEOUT')
    expect(bob.error?.message).toMatch(/1 of 1 connections in use.*b:3306 down \(it is gone\)/)
  })
})
