import { createPool } from '@mysql-hostpool/core'
import { afterAll, describe, expect, test } from 'vitest'

import type { DriverOptions } from './data-source-options.js'
import { typeormDriver } from './typeorm-driver.js'

// Nobody listens on this port: a cluster opens its pools, and no connection.
const account = { user: 'app', password: 'swordfish', database: 'shop' }
const shared = createPool({ host: 'db1:1', ...account })

afterAll(() => shared.end())

/** The pools that serve nodes, as the names of their hosts and their users; or the error that there are none. */
async function poolsFor(
  driver: ReturnType<typeof typeormDriver>,
  master: DriverOptions,
  ...slaves: readonly DriverOptions[]
): Promise<unknown> {
  const cluster = driver.createPoolCluster()
  for (const [index, slave] of slaves.entries()) cluster.add(`SLAVE${index}`, slave)
  cluster.add('MASTER', master)
  const error = await new Promise<Error | null>((resolve) => {
    cluster.getConnection('MASTER', resolve)
  })
  const pools = cluster.pools.map(({ config }) => [
    config.hosts.map(({ name }) => name).join(' '),
    config.connection.user,
  ])
  await new Promise((resolve) => cluster.end(resolve))
  return pools.length > 0 ? pools : error
}

const at = (host: string, user = 'app'): DriverOptions => ({ host, port: 1, user })

describe('the nodes of a replicated DataSource', () => {
  test('that name no host share the pool', async () => {
    expect(await poolsFor(typeormDriver(shared), {}, {}, {})).toEqual([['db1:1', 'app']])
  })

  test('that name the hosts of the pool share it', async () => {
    const node = { host: 'db1:1', user: 'app' }
    expect(await poolsFor(typeormDriver(shared), node, node)).toEqual([['db1:1', 'app']])
  })

  test('that name other hosts have pools of their own: the master one, and the slaves one', async () => {
    expect(await poolsFor(typeormDriver(shared), at('127.0.0.1'), at('127.0.0.2'), at('127.0.0.3'))).toEqual([
      ['127.0.0.1:1', 'app'],
      ['127.0.0.2:1 127.0.0.3:1', 'app'],
    ])
  })

  test('may name several hosts each, with ports of their own', async () => {
    expect(await poolsFor(typeormDriver(shared), at('127.0.0.1'), at('127.0.0.2,127.0.0.3:2,[::1]'))).toEqual([
      ['127.0.0.1:1', 'app'],
      ['127.0.0.2:1 127.0.0.3:2 [::1]:1', 'app'],
    ])
  })

  test('have a pool for each who logs in', async () => {
    expect(await poolsFor(typeormDriver(shared), {}, {}, at('127.0.0.2', 'one'), at('127.0.0.2', 'two'))).toEqual([
      ['db1:1', 'app'],
      ['127.0.0.2:1', 'one'],
      ['127.0.0.2:1', 'two'],
    ])
  })

  test('log in as the configuration says, or as they say themselves', async () => {
    const driver = typeormDriver({ ...account, host: '127.0.0.1', port: 1 })
    expect(await poolsFor(driver, {}, { host: '127.0.0.2' }, at('127.0.0.3', 'reader'))).toEqual([
      ['127.0.0.1:1', 'app'],
      ['127.0.0.2:3306', 'app'],
      ['127.0.0.3:1', 'reader'],
    ])
  })

  test('say who logs in where they name a host beside a shared pool', async () => {
    expect(await poolsFor(typeormDriver(shared), {}, { host: '127.0.0.2' })).toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: expect.stringContaining('SLAVE0') as string,
    })
  })

  test.each([
    ['a shared pool', typeormDriver(shared)],
    ['a configuration', typeormDriver({ ...account, host: 'db1' })],
  ])('cannot log in as somebody else on %s', async (_name, driver) => {
    const error = await poolsFor(driver, {}, { user: 'reader' })
    expect(error).toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: expect.stringContaining("'reader'") as string,
    })
  })

  test('cannot log in differently where the configuration leaves it to them', async () => {
    const driver = typeormDriver({ host: 'db1' })
    expect(await poolsFor(driver, { user: 'app' }, { user: 'reader' })).toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: expect.stringMatching(/replication.*username/) as string,
    })
  })
})
