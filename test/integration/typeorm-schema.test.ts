import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource, EntitySchema, Table } from 'typeorm'
import type { MigrationInterface, QueryRunner } from 'typeorm'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'
import { entities } from './typeorm/entities.js'

// The timestamp at the end of the name is how TypeORM orders migrations.
class CreateNote1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const id = { name: 'id', type: 'int', isPrimary: true, isGenerated: true, generationStrategy: 'increment' } as const
    await runner.createTable(
      new Table({ name: 'note', columns: [id, { name: 'text', type: 'varchar', length: '50' }] }),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('note')
  }
}

class FillNote1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('INSERT INTO note (text) VALUES (?), (?)', ['one', 'two'])
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM note')
  }
}

class Fail1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("INSERT INTO note (text) VALUES ('three')")
    await runner.query('SELECT nothing FROM nowhere')
  }

  async down(): Promise<void> {}
}

let pool: Pool

beforeAll(async () => {
  pool = createPool(await freshDatabase('typeorm_schema'))
})

afterAll(() => pool?.end())

/** Runs work on a DataSource that lives as long as the work. */
async function withSource<T>(
  options: { readonly entities?: EntitySchema<unknown>[]; readonly migrations?: (new () => MigrationInterface)[] },
  work: (source: DataSource) => Promise<T>,
): Promise<T> {
  const source = new DataSource({ type: 'mariadb', driver: typeormDriver(pool), ...options })
  await source.initialize()
  try {
    return await work(source)
  } finally {
    await source.destroy()
  }
}

test('migrations run in order, once, and are undone', async () => {
  const migrations = [CreateNote1700000000000, FillNote1700000000001]
  await withSource({ migrations }, async (source) => {
    const ran = await source.runMigrations()
    expect(ran.map(({ name }) => name)).toEqual(['CreateNote1700000000000', 'FillNote1700000000001'])
    expect(await source.runMigrations()).toEqual([])
    expect(await source.query('SELECT text FROM note ORDER BY id')).toEqual([{ text: 'one' }, { text: 'two' }])
    await source.undoLastMigration()
    expect(await source.query('SELECT text FROM note')).toEqual([])
    expect(await source.runMigrations()).toHaveLength(1)
  })
})

test('a migration that fails is rolled back', async () => {
  await withSource({ migrations: [Fail1700000000002] }, async (source) => {
    await expect(source.runMigrations()).rejects.toMatchObject({ code: 'ER_NO_SUCH_TABLE' })
    expect(await source.query("SELECT text FROM note WHERE text = 'three'")).toEqual([])
  })
})

test('a schema that was synchronized needs no further change', async () => {
  await withSource({ entities }, async (source) => {
    await source.synchronize()
    const { upQueries } = await source.driver.createSchemaBuilder().log()
    expect(upQueries.map(({ query }) => query)).toEqual([])
  })
})

test('synchronizing adds and drops columns, indices and tables', async () => {
  const before = new EntitySchema({
    name: 'changing',
    columns: { id: { type: 'int', primary: true }, old: { type: 'varchar' } },
  })
  const after = new EntitySchema({
    name: 'changing',
    columns: { id: { type: 'int', primary: true }, fresh: { type: 'bigint', nullable: true } },
    indices: [{ name: 'by_fresh', columns: ['fresh'] }],
  })
  await withSource({ entities: [before] }, (source) => source.synchronize())
  await withSource({ entities: [after] }, async (source) => {
    await source.synchronize()
    const table = await source.createQueryRunner().getTable('changing')
    expect(table?.columns.map(({ name }) => name)).toEqual(['id', 'fresh'])
    expect(table?.indices.map(({ name }) => name)).toEqual(['by_fresh'])
  })
})
