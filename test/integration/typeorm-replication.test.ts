import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { servingHost, typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource } from 'typeorm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'
import type { TestDatabase } from './setup/fresh-database.js'
import { access } from './setup/servers.js'
import { TcpProxy } from './setup/tcp-proxy.js'
import { Author, entities } from './typeorm/entities.js'

let config: TestDatabase
let pool: Pool

beforeAll(async () => {
  config = await freshDatabase('typeorm_replication')
  pool = createPool(config)
})

afterAll(() => pool?.end())

describe.each([
  ['a shared pool', () => typeormDriver(pool)],
  ['a pool of its own', () => typeormDriver(config)],
])('replication on %s', (_name, driver) => {
  let source: DataSource

  beforeAll(async () => {
    source = new DataSource({
      type: 'mariadb',
      driver: driver(),
      entities,
      synchronize: true,
      dropSchema: true,
      replication: { master: {}, slaves: [{}, {}] },
    })
    await source.initialize()
  })

  afterAll(async () => {
    if (source?.isInitialized) await source.destroy()
  })

  test('writes go to the master, reads to a slave', async () => {
    const { id } = await source.getRepository(Author).save(Object.assign(new Author(), { name: 'Ada' }))
    expect(await source.getRepository(Author).findOneByOrFail({ id })).toMatchObject({ name: 'Ada' })
  })

  test('query runners of both modes work and are given back', async () => {
    for (const mode of ['master', 'slave'] as const) {
      const runner = source.createQueryRunner(mode)
      expect(await runner.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
      await runner.release()
    }
    expect(pool.status().inUse).toBe(0)
  })

  test('a transaction is one session, on the master', async () => {
    await source.transaction(async (manager) => {
      await manager.insert(Author, { name: 'Bea' })
      expect(await manager.countBy(Author, { name: 'Bea' })).toBe(1)
    })
  })
})

describe.each([
  ['beside a shared pool', () => typeormDriver(pool), () => ({ username: config.user, password: config.password })],
  ['where the driver has a configuration', () => typeormDriver({ ...config, host: undefined }), () => ({})],
])('replication with hosts of its own, %s,', (_name, driver, account) => {
  const [first = '', ...others] = access.hosts.split(',')
  const opened: DataSource[] = []

  async function open(slaves: readonly { readonly host: string; readonly port?: number }[]): Promise<DataSource> {
    const { database } = config
    const node = { ...account(), database }
    const source = new DataSource({
      type: 'mariadb',
      driver: driver(),
      entities,
      replication: {
        master: { ...node, host: first },
        slaves: slaves.map((slave) => ({ ...node, ...slave })),
      },
    })
    await source.initialize()
    opened.push(source)
    return source
  }

  /** Where query runners of a mode were served, each host once. */
  async function hostsServing(source: DataSource, mode: 'master' | 'slave'): Promise<Set<string | undefined>> {
    const runners = Array.from({ length: 4 }, () => source.createQueryRunner(mode))
    await Promise.all(runners.map((runner) => runner.query('SELECT SLEEP(0.1)')))
    const hosts = new Set(runners.map((runner) => servingHost(runner)))
    await Promise.all(runners.map((runner) => runner.release()))
    return hosts
  }

  afterEach(async () => {
    for (const source of opened.splice(0)) await source.destroy()
  })

  test.runIf(others.length > 0)('the master serves writes, the slaves serve reads', async () => {
    const source = await open(others.map((host) => ({ host })))
    expect(await hostsServing(source, 'master')).toEqual(new Set([first]))
    for (const host of await hostsServing(source, 'slave')) expect(others).toContain(host)
  })

  test.runIf(others.length > 0)('a dead slave is left out, and nothing crashes', async () => {
    const source = await open([{ host: '127.0.0.1', port: 1 }, { host: others[0] ?? '' }])
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await hostsServing(source, 'slave')).toEqual(new Set([others[0]]))
    }
  })

  test('a slave that dies while it serves is left out, and reads again when it is back', async () => {
    const proxy = await TcpProxy.open(others[0] ?? first)
    try {
      const [host = '', port] = proxy.address.split(':')
      const source = await open([{ host, port: Number(port) }])
      const held = source.createQueryRunner('slave')
      await held.query('SELECT 1')
      await proxy.shut()
      // What was checked out by the slave stays with it: it says so, and nothing worse happens.
      await expect(held.query('SELECT 1')).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_NO_HOST' })
      expect(await hostsServing(source, 'slave')).toEqual(new Set([first]))
      await proxy.listen()
      const isBack = async (): Promise<boolean> => (await hostsServing(source, 'slave')).has(proxy.address)
      await expect.poll(isBack, { timeout: 10_000 }).toBe(true)
      expect(await held.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
      await held.release()
    } finally {
      await proxy.shut()
    }
  })

  test('with every slave dead the master reads', async () => {
    const source = await open([
      { host: '127.0.0.1', port: 1 },
      { host: '127.0.0.2', port: 1 },
    ])
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await hostsServing(source, 'slave')).toEqual(new Set([first]))
      expect(await source.getRepository(Author).exists()).toBeTypeOf('boolean')
    }
  })
})

test('nodes of a shared pool that log in otherwise are refused', async () => {
  const source = new DataSource({
    type: 'mariadb',
    driver: typeormDriver(pool),
    replication: { master: {}, slaves: [{ username: 'reader' }] },
  })
  await expect(source.initialize()).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_CONFIG' })
})
