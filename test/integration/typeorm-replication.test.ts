import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'
import type { TestDatabase } from './setup/fresh-database.js'
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

test('nodes that name servers of their own are refused, for one pool serves them all', async () => {
  const source = new DataSource({
    type: 'mariadb',
    driver: typeormDriver(pool),
    replication: { master: {}, slaves: [{ host: 'replica' }] },
  })
  await expect(source.initialize()).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_CONFIG' })
})
