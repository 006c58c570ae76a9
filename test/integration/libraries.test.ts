import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { mysql2Module, mysql2Pool } from '@mysql-hostpool/mysql2'
import { eq, sql as drizzleSql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/mysql2'
import { datetime, int, json, mysqlTable, varchar } from 'drizzle-orm/mysql-core'
import knexModule from 'knex'
import { Kysely, MysqlDialect, sql as kyselySql } from 'kysely'
import type { Generated } from 'kysely'
import { DataTypes, Sequelize } from 'sequelize'
import type { Options } from 'sequelize'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'
import type { TestDatabase } from './setup/fresh-database.js'

const moment = new Date('2026-02-28T12:34:56.000Z')
const mistake = new Error('changed my mind')

let config: TestDatabase
let pool: Pool

beforeAll(async () => {
  config = await freshDatabase('libraries')
  pool = createPool({ ...config, timezone: 'Z', flags: ['-FOUND_ROWS'] })
})

beforeEach(async () => {
  await pool.query('DROP TABLE IF EXISTS person')
  await pool.query(
    'CREATE TABLE person (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) NOT NULL, born DATETIME NULL, note JSON NULL)',
  )
})

afterAll(() => pool?.end())

async function namesInDatabase(): Promise<unknown[]> {
  const [rows] = await pool.query('SELECT name FROM person ORDER BY id')
  return rows.map(({ name }) => name)
}

describe('Drizzle', () => {
  const person = mysqlTable('person', {
    id: int('id').primaryKey().autoincrement(),
    name: varchar('name', { length: 50 }).notNull(),
    born: datetime('born'),
    note: json('note'),
  })

  test('inserts, reads, updates, joins and deletes', async () => {
    const db = drizzle({ client: mysql2Pool(pool) })
    const [first] = await db
      .insert(person)
      .values({ name: 'Ada', born: moment, note: { a: [1] } })
      .$returningId()
    await db.insert(person).values([{ name: 'Bea' }, { name: 'Cleo' }])
    const [ada] = await db
      .select()
      .from(person)
      .where(eq(person.id, first?.id ?? 0))
    expect(ada).toEqual({ id: first?.id, name: 'Ada', born: moment, note: { a: [1] } })
    const [updated] = await db.update(person).set({ name: 'Bea B.' }).where(eq(person.name, 'Bea'))
    expect(updated.affectedRows).toBe(1)
    await db.delete(person).where(eq(person.name, 'Cleo'))
    expect(await namesInDatabase()).toEqual(['Ada', 'Bea B.'])
    const [rows] = await db.execute(drizzleSql`select ${1} as one`)
    expect(rows).toEqual([{ one: 1 }])
  })

  test('has the relational query interface and prepared statements', async () => {
    const db = drizzle({ client: mysql2Pool(pool), schema: { person }, mode: 'default' })
    await db.insert(person).values([{ name: 'Ada' }, { name: 'Bea' }])
    const found = await db.query.person.findMany({ columns: { name: true }, orderBy: person.name })
    expect(found).toEqual([{ name: 'Ada' }, { name: 'Bea' }])
    const prepared = db
      .select({ name: person.name })
      .from(person)
      .where(eq(person.name, drizzleSql.placeholder('name')))
      .prepare()
    expect(await prepared.execute({ name: 'Bea' })).toEqual([{ name: 'Bea' }])
  })

  test('commits, rolls back, and nests transactions', async () => {
    const db = drizzle({ client: mysql2Pool(pool) })
    await db.transaction(
      async (outer) => {
        await outer.insert(person).values({ name: 'kept' })
        const inner = outer.transaction(async (nested) => {
          await nested.insert(person).values({ name: 'dropped' })
          throw mistake
        })
        await expect(inner).rejects.toThrow(mistake)
      },
      { isolationLevel: 'read committed' },
    )
    const failed = db.transaction(async (tx) => {
      await tx.insert(person).values({ name: 'dropped' })
      throw mistake
    })
    await expect(failed).rejects.toThrow(mistake)
    expect(await namesInDatabase()).toEqual(['kept'])
  })

  test('iterates over rows', async () => {
    const db = drizzle({ client: mysql2Pool(pool) })
    await db.insert(person).values([{ name: 'Ada' }, { name: 'Bea' }])
    const names: string[] = []
    const rows = db.select().from(person).orderBy(person.id).iterator()
    for await (const row of rows) names.push(row.name)
    expect(names).toEqual(['Ada', 'Bea'])
  })
})

describe('Kysely', () => {
  interface Database {
    person: { id: Generated<number>; name: string; born: Date | null; note: string | null }
  }

  const open = (): Kysely<Database> => new Kysely<Database>({ dialect: new MysqlDialect({ pool: mysql2Pool(pool) }) })

  test('inserts, reads, updates and deletes, and leaves a shared pool open', async () => {
    const db = open()
    const { insertId } = await db.insertInto('person').values({ name: 'Ada', born: moment }).executeTakeFirstOrThrow()
    const ada = await db.selectFrom('person').selectAll().where('id', '=', Number(insertId)).executeTakeFirstOrThrow()
    expect(ada).toMatchObject({ name: 'Ada', born: moment })
    const updated = await db.updateTable('person').set({ name: 'Ada L.' }).where('name', '=', 'Ada').executeTakeFirst()
    expect(updated.numUpdatedRows).toBe(1n)
    expect(await namesInDatabase()).toEqual(['Ada L.'])
    const deleted = await db.deleteFrom('person').executeTakeFirst()
    expect(deleted.numDeletedRows).toBe(1n)
    await db.destroy()
    expect(pool.status().state).toBe('open')
  })

  test('commits and rolls back', async () => {
    const db = open()
    await db
      .transaction()
      .setIsolationLevel('serializable')
      .execute(async (trx) => {
        await trx.insertInto('person').values({ name: 'kept' }).execute()
      })
    const failed = db.transaction().execute(async (trx) => {
      await trx.insertInto('person').values({ name: 'dropped' }).execute()
      throw mistake
    })
    await expect(failed).rejects.toThrow(mistake)
    const controlled = await db.startTransaction().execute()
    const savepoint = await controlled.savepoint('before').execute()
    await savepoint.insertInto('person').values({ name: 'dropped too' }).execute()
    await savepoint.rollbackToSavepoint('before').execute()
    await controlled.commit().execute()
    expect(await namesInDatabase()).toEqual(['kept'])
    await db.destroy()
  })

  test('streams rows, and stops when nobody reads on', async () => {
    const db = open()
    await db
      .insertInto('person')
      .values(Array.from({ length: 50 }, (_, index) => ({ name: `p${index}` })))
      .execute()
    let count = 0
    for await (const row of db.selectFrom('person').select('name').stream()) count += row.name.startsWith('p') ? 1 : 0
    expect(count).toBe(50)
    for await (const row of db.selectFrom('person').select('name').stream()) {
      expect(row.name).toBe('p0')
      break
    }
    await db.destroy()
    await expect.poll(() => pool.status().inUse).toBe(0)
  })

  test('knows the tables of the schema, and raw statements', async () => {
    const db = open()
    const tables = await db.introspection.getTables()
    expect(tables.map(({ name }) => name)).toContain('person')
    const { rows } = await kyselySql<{ one: number }>`select ${1} as one`.execute(db)
    expect(rows).toEqual([{ one: 1 }])
    await db.destroy()
  })
})

describe('Knex', () => {
  const open = () => knexModule({ client: 'mysql2', connectionPool: mysql2Pool(pool) } as object)

  test('inserts, reads, updates and deletes', async () => {
    const knex = open()
    const [id] = await knex('person').insert({ name: 'Ada', born: moment })
    expect(await knex('person').where({ id }).first()).toMatchObject({ name: 'Ada', born: moment })
    expect(await knex('person').where({ id }).update({ name: 'Ada L.' })).toBe(1)
    expect(await knex('person').pluck('name')).toEqual(['Ada L.'])
    expect(await knex('person').where({ id }).del()).toBe(1)
    expect((await knex.raw('select ? as one', [1]))[0]).toEqual([{ one: 1 }])
    await knex.destroy()
    expect(pool.status().state).toBe('open')
  })

  test('builds tables', async () => {
    const knex = open()
    await knex.schema.createTable('knex_made', (table) => {
      table.increments('id')
      table.string('name').index()
    })
    expect(await knex.schema.hasTable('knex_made')).toBe(true)
    expect(await knex.schema.hasColumn('knex_made', 'name')).toBe(true)
    await knex.schema.dropTable('knex_made')
    await knex.destroy()
  })

  test('commits, rolls back, and nests transactions', async () => {
    const knex = open()
    await knex.transaction(async (trx) => {
      await trx('person').insert({ name: 'kept' })
      const inner = trx.transaction(async (nested) => {
        await nested('person').insert({ name: 'dropped' })
        throw mistake
      })
      await expect(inner).rejects.toThrow(mistake)
    })
    const trx = await knex.transaction({ isolationLevel: 'repeatable read' })
    await trx('person').insert({ name: 'dropped too' })
    await trx.rollback()
    expect(await namesInDatabase()).toEqual(['kept'])
    await knex.destroy()
  })

  test('streams rows', async () => {
    const knex = open()
    await knex('person').insert([{ name: 'Ada' }, { name: 'Bea' }])
    const names: string[] = []
    for await (const row of knex('person').select('name').orderBy('id').stream()) names.push(row.name)
    expect(names).toEqual(['Ada', 'Bea'])
    await knex.destroy()
  })
})

describe('Sequelize', () => {
  // The sessions are in UTC by the pool, so that Sequelize has nothing to set on each connection.
  const open = () =>
    // its types leave keepDefaultTimezone out
    new Sequelize({
      dialect: 'mysql',
      dialectModule: mysql2Module(pool),
      keepDefaultTimezone: true,
      logging: false,
    } as Options)

  const define = (sequelize: Sequelize) =>
    sequelize.define(
      'person',
      { name: { type: DataTypes.STRING, allowNull: false }, born: DataTypes.DATE, note: DataTypes.JSON },
      { tableName: 'person', timestamps: false },
    )

  test('inserts, reads, updates and deletes, and gives every connection back', async () => {
    const sequelize = open()
    await sequelize.authenticate()
    const Person = define(sequelize)
    const ada = await Person.create({ name: 'Ada', born: moment, note: { a: [1] } })
    expect((await Person.findByPk(ada.get('id') as number))?.toJSON()).toMatchObject({ name: 'Ada', born: moment })
    const [changed] = await Person.update({ name: 'Ada L.' }, { where: { name: 'Ada' } })
    expect(changed).toBe(1)
    const [same] = await Person.update({ name: 'Ada L.' }, { where: { name: 'Ada L.' } })
    expect(same).toBe(0)
    await Person.bulkCreate([{ name: 'Bea' }, { name: 'Cleo' }])
    expect(await Person.count()).toBe(3)
    expect(await Person.destroy({ where: { name: ['Bea', 'Cleo'] } })).toBe(2)
    expect(await sequelize.query('SELECT ? AS one', { replacements: [1], plain: true })).toEqual({ one: 1 })
    expect(await sequelize.query('SELECT $1 AS one', { bind: ['x'], plain: true })).toEqual({ one: 'x' })
    await sequelize.close()
    expect(pool.status().state).toBe('open')
  })

  test('synchronizes tables', async () => {
    const sequelize = open()
    sequelize.define('made', { name: DataTypes.STRING }, { tableName: 'sequelize_made' })
    await sequelize.sync({ force: true })
    expect(await sequelize.getQueryInterface().describeTable('sequelize_made')).toHaveProperty('name')
    await sequelize.drop()
    await sequelize.close()
  })

  test('commits and rolls back', async () => {
    const sequelize = open()
    const Person = define(sequelize)
    await sequelize.transaction(async (transaction) => {
      await Person.create({ name: 'kept' }, { transaction })
    })
    const failed = sequelize.transaction(async (transaction) => {
      await Person.create({ name: 'dropped' }, { transaction })
      throw mistake
    })
    await expect(failed).rejects.toThrow(mistake)
    expect(await namesInDatabase()).toEqual(['kept'])
    await sequelize.close()
  })

  test("hears of the pool's refusal", async () => {
    const closed = createPool({ host: '127.0.0.1:1' })
    const sequelize = new Sequelize({ dialect: 'mysql', dialectModule: mysql2Module(closed), logging: false })
    await expect(sequelize.authenticate()).rejects.toThrow('No host can be used')
    await sequelize.close()
    await closed.end()
    const other = new Sequelize('elsewhere', 'nobody', '', { dialect: 'mysql', dialectModule: mysql2Module(pool) })
    await expect(other.authenticate()).rejects.toThrow("'nobody' is not what the pool has")
    await other.close()
  })
})

test('every connection was given back', () => {
  expect(pool.status().inUse).toBe(0)
})
