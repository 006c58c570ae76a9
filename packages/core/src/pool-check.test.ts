import { describe, expect, it } from 'vitest'

import type { PoolOptions } from './config/options.js'
import { resolveConfig } from './config/pool-config.js'
import { Hostpool } from './hostpool.js'
import type { PoolCheck } from './pool/pool-check.js'
import { outcome } from './testing/fake-cluster.js'
import { FakeDriver, healthyNode } from './testing/fake-driver.js'
import { FakeServer, type Welcome } from './testing/fake-server.js'
import { VirtualClock } from './testing/virtual-clock.js'

function world(options: Partial<PoolOptions> = {}) {
  const clock = new VirtualClock()
  const servers = new Map(['a', 'b'].map((name) => [name, new FakeServer(name, clock)]))
  const driver = new FakeDriver((name) => servers.get(name) ?? new FakeServer(name, clock))
  const config = resolveConfig({ host: 'a,b', user: 'shop', selector: 'ordered', ...options })
  const pool = new Hostpool(config, { clock, random: () => 0.5, driver })
  const welcome = (name: string, how: Welcome): void => {
    const server = servers.get(name)
    if (server !== undefined) server.ways.welcome = how
  }
  const states = (): unknown => pool.status().hosts.map(({ state }) => state)
  /** The answer, once so many milliseconds have passed. */
  const check = async (milliseconds: number, timeout?: number): Promise<PoolCheck | undefined> => {
    let answer: PoolCheck | undefined
    const asked = pool.check(timeout === undefined ? {} : { timeout }).then((found) => (answer = found))
    await clock.flow(milliseconds)
    if (answer !== undefined) await asked
    return answer
  }
  return { pool, clock, driver, welcome, states, check }
}

describe('a host that was never contacted', () => {
  it('is unknown, also when time passes, until a server has answered there', async () => {
    const { pool, clock, states } = world({ health: { probe: false } })
    expect(states()).toEqual(['unknown', 'unknown'])
    await clock.flow(60_000)
    expect(states()).toEqual(['unknown', 'unknown'])
    const up: string[] = []
    pool.on('hostUp', ({ host }) => up.push(host))
    const seen = outcome(pool.query('SELECT 1'))
    await clock.flow(100)
    expect(seen.value).toBe('answered')
    expect(states()).toEqual(['up', 'unknown'])
    expect(up).toEqual(['a:3306'])
  })

  it('is never up when nothing listens there', async () => {
    const { pool, clock, welcome, states } = world()
    welcome('a', 'refuses')
    welcome('b', 'refuses')
    const seen = outcome(pool.query('SELECT 1'))
    await clock.flow(5000)
    expect(seen.value).toMatchObject({ code: 'ERR_HOSTPOOL_NO_HOST' })
    expect(states()).toEqual(['down', 'down'])
  })

  it('stays unknown when it refuses the login, and when the pool has no password to ask with', async () => {
    for (const options of [
      {},
      {
        password: () => {
          throw new Error('the vault is sealed')
        },
      },
    ]) {
      const { pool, clock, welcome, states } = world(options)
      welcome('a', 'wants another password')
      welcome('b', 'wants another password')
      void outcome(pool.query('SELECT 1'))
      await clock.flow(5000)
      expect(states()).toEqual(['unknown', 'unknown'])
    }
  })

  it('is unknown again when a drain is called off', () => {
    const { pool, states } = world()
    pool.hosts.drain('a:3306')
    expect(states()).toEqual(['draining', 'unknown'])
    pool.hosts.undrain('a:3306')
    expect(states()).toEqual(['unknown', 'unknown'])
  })
})

describe('a check of the pool', () => {
  it('asks every host before there is traffic and tells what each said', async () => {
    const { welcome, check, states } = world()
    welcome('b', 'refuses')
    const answer = await check(100)
    expect(answer).toMatchObject({
      readable: true,
      writable: true,
      hosts: [
        { name: 'a:3306', state: 'up', reason: '', writable: true, answered: true, error: undefined },
        { name: 'b:3306', state: 'down', writable: false, answered: false, error: { code: 'ECONNREFUSED' } },
      ],
    })
    expect(states()).toEqual(['up', 'down'])
  })

  it('tells a replica from a host that accepts writes', async () => {
    const { driver, check } = world({ health: { probe: 'plain' } })
    driver.answer = () => [['READ_ONLY', '1']]
    expect(await check(100)).toMatchObject({ readable: true, writable: false })
  })

  it('works with probes switched off, too', async () => {
    const { check, states, welcome } = world({ health: { probe: false } })
    welcome('b', 'refuses')
    expect(await check(100)).toMatchObject({ readable: true, hosts: [{ answered: true }, { answered: false }] })
    expect(states()).toEqual(['up', 'down'])
  })

  it('costs nothing while the last probes are fresh', async () => {
    const { check, driver, clock } = world({ health: { interval: 2000 } })
    let asked = 0
    driver.answer = (sql, server) => {
      asked += 1
      return healthyNode(sql, server)
    }
    await check(100)
    const before = asked
    for (let time = 0; time < 10; time += 1) {
      expect(await check(0)).toMatchObject({ writable: true, hosts: [{ answered: true }, { answered: true }] })
    }
    expect(asked).toBe(before)
    await clock.flow(60_000)
    expect(asked).toBeGreaterThan(before)
  })

  it('waits no longer than its timeout, and says which host has not answered', async () => {
    const { check, welcome } = world()
    welcome('b', 'is silent')
    expect(await check(199, 200)).toBeUndefined()
    const answer = await check(2000, 200)
    expect(answer).toMatchObject({ readable: true, hosts: [{ answered: true }, { answered: false, error: undefined }] })
  })

  it('counts no host that refuses the login', async () => {
    const { check, welcome } = world()
    welcome('a', 'wants another password')
    welcome('b', 'wants another password')
    expect(await check(100)).toMatchObject({
      readable: false,
      writable: false,
      hosts: [{ answered: false, error: { code: 'ER_ACCESS_DENIED_ERROR' } }, { answered: false }],
    })
  })

  it('names the password function that keeps it from asking', async () => {
    const { check } = world({ password: () => Promise.reject(new Error('the vault is sealed')) })
    expect(await check(100)).toMatchObject({
      readable: false,
      hosts: [{ state: 'unknown', error: { message: 'The password function failed: the vault is sealed' } }, {}],
    })
  })

  it('rejects for options that there are not, and once the pool has ended', async () => {
    const { pool, clock } = world()
    await expect(pool.check({ timout: 5 } as object)).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_UNSUPPORTED' })
    const under = outcome(pool.check())
    void pool.end()
    await clock.flow(100)
    expect(under.value).toMatchObject({ code: 'ERR_HOSTPOOL_CLOSED' })
    await expect(pool.check()).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_CLOSED' })
  })
})
