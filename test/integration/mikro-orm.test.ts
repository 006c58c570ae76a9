import { EntitySchema, MikroORM, MySqlKnexDialect } from '@mikro-orm/mysql'
import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { mysql2Module } from '@mysql-hostpool/mysql2'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'

interface Person {
  id: number
  name: string
  born?: Date
}

const Person = new EntitySchema<Person>({
  name: 'Person',
  tableName: 'person',
  properties: {
    id: { type: 'number', primary: true, autoincrement: true },
    name: { type: 'string' },
    born: { type: 'Date', nullable: true },
  },
})

const moment = new Date('2026-02-28T12:34:56.000Z')
let pool: Pool
let orm: MikroORM

class PooledDialect extends MySqlKnexDialect {
  _driver(): unknown {
    return mysql2Module(pool)
  }
}

beforeAll(async () => {
  const { database, ...config } = await freshDatabase('mikro_orm')
  pool = createPool({ ...config, database, timezone: 'Z' })
  await pool.query('CREATE TABLE person (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) NOT NULL, born DATETIME)')
  orm = await MikroORM.init({
    entities: [Person],
    dbName: database,
    user: config.user,
    driverOptions: { client: PooledDialect },
    pool: { max: 3 },
  })
})

beforeEach(() => pool.query('DELETE FROM person'))

afterAll(async () => {
  await orm?.close()
  await pool?.end()
})

async function peopleInDatabase(): Promise<unknown> {
  const [rows] = await pool.query('SELECT id, name FROM person ORDER BY name')
  return rows
}

test('MikroORM inserts, reads, updates and deletes on connections of the pool', async () => {
  const writing = orm.em.fork()
  const ada = writing.create(Person, { name: 'Ada', born: moment })
  const bea = writing.create(Person, { name: 'Bea' })
  await writing.flush()
  expect(pool.status().inUse).toBeGreaterThan(0)
  // The ids are right although those of one insert are not consecutive on a cluster.
  expect(await peopleInDatabase()).toEqual([
    { id: ada.id, name: 'Ada' },
    { id: bea.id, name: 'Bea' },
  ])
  const em = orm.em.fork()
  const found = await em.findOneOrFail(Person, { name: 'Ada' })
  expect(found.born).toEqual(moment)
  found.name = 'Ada L.'
  await em.flush()
  expect(await em.nativeDelete(Person, { name: 'Bea' })).toBe(1)
  expect(await peopleInDatabase()).toEqual([{ id: ada.id, name: 'Ada L.' }])
})

test('MikroORM commits, rolls back, and nests transactions', async () => {
  const mistake = new Error('changed my mind')
  await orm.em.fork().transactional(async (outer) => {
    await outer.insert(Person, { name: 'kept' })
    const inner = outer.transactional(async (nested) => {
      await nested.insert(Person, { name: 'dropped' })
      throw mistake
    })
    await expect(inner).rejects.toThrow(mistake)
  })
  const failed = orm.em.fork().transactional(async (em) => {
    await em.insert(Person, { name: 'dropped too' })
    throw mistake
  })
  await expect(failed).rejects.toThrow(mistake)
  expect(await peopleInDatabase()).toEqual([expect.objectContaining({ name: 'kept' })])
})

test('MikroORM gives every connection back when it closes, and leaves the pool open', async () => {
  await orm.em.fork().count(Person)
  await orm.close()
  expect(pool.status()).toMatchObject({ state: 'open', inUse: 0 })
  await orm.connect()
  expect(await orm.em.fork().count(Person)).toBe(0)
})
