import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { hostLogger, servingHost, typeormDriver } from '@mysql-hostpool/typeorm'
import type { Connection } from 'mysql2/promise'
import { AbstractLogger, DataSource } from 'typeorm'
import type { LogLevel, LogMessage } from 'typeorm'
import type { MysqlDataSourceOptions } from 'typeorm/driver/mysql/MysqlDataSourceOptions.js'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import { directConnection, freshDatabase } from './setup/fresh-database.js'
import type { TestDatabase } from './setup/fresh-database.js'
import { access } from './setup/servers.js'
import { Author, AuthorEntity, BookEntity, entities, TagEntity } from './typeorm/entities.js'

let config: TestDatabase
let pool: Pool
let source: DataSource
const watchers: Connection[] = []

/** A DataSource of this file's database, destroyed after the test. */
const opened: DataSource[] = []
async function open(options: Partial<MysqlDataSourceOptions>): Promise<DataSource> {
  const made = new DataSource({ type: 'mariadb', entities, ...options })
  await made.initialize()
  opened.push(made)
  return made
}

/** Connections to a database, counted on the servers themselves. */
async function connectionsOnServers(database: string): Promise<number> {
  // Not those of the cluster itself, which applies the writes of other nodes.
  const sql = 'SELECT COUNT(*) AS count FROM information_schema.PROCESSLIST WHERE DB = ? AND USER = ?'
  const counts = await Promise.all(
    watchers.map(async (watcher) => {
      const [rows] = await watcher.query(sql, [database, access.user])
      return Number((rows as { count: number }[])[0]?.count)
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Remembers the most connections there were at once, until it is switched off. */
async function watchServers(watch: { readonly database: string; most: number; on: boolean }): Promise<void> {
  while (watch.on) watch.most = Math.max(watch.most, await connectionsOnServers(watch.database))
}

beforeAll(async () => {
  config = await freshDatabase('typeorm_pool')
  for (const host of access.hosts.split(',')) watchers.push(await directConnection(host))
  pool = createPool(config)
  source = new DataSource({ type: 'mariadb', driver: typeormDriver(pool), entities, synchronize: true })
  await source.initialize()
})

afterAll(async () => {
  if (source?.isInitialized) await source.destroy()
  await pool?.end()
  for (const watcher of watchers) await watcher.end()
})

afterEach(async () => {
  for (const made of opened.splice(0)) if (made.isInitialized) await made.destroy()
})

describe('one pool under several DataSources', () => {
  test('each has its entities and its way of decoding', async () => {
    const dates = await open({ driver: typeormDriver(pool), dateStrings: true, timezone: 'Z' })
    const sql = "SELECT CAST('2026-02-28 01:02:03' AS DATETIME) AS moment, 9007199254740993 AS big"
    const [asText, asDate] = await Promise.all([dates.query(sql), source.query(sql)])
    expect(asText).toEqual([{ moment: '2026-02-28 01:02:03', big: '9007199254740993' }])
    expect(asDate).toEqual([{ moment: new Date(2026, 1, 28, 1, 2, 3), big: '9007199254740993' }])
  })

  test('together they keep to its limit, as the servers count', async () => {
    // Probes have connections of their own, beside the limit.
    const limited = await freshDatabase('typeorm_limit')
    const unwatched = createPool({ ...limited, health: { probe: false } })
    const one = await open({ driver: typeormDriver(unwatched), synchronize: true })
    const other = await open({ driver: typeormDriver(unwatched), entities: [AuthorEntity, BookEntity, TagEntity] })
    const watch = { database: limited.database, most: 0, on: true }
    const watching = watchServers(watch)
    await Promise.all(
      Array.from({ length: 80 }, (_, index) =>
        (index % 2 === 0 ? one : other).transaction(async (manager) => {
          await manager.insert(Author, { name: `limit ${index}` })
          await manager.query('SELECT SLEEP(0.02)')
        }),
      ),
    )
    watch.on = false
    await watching
    expect(watch.most).toBeGreaterThan(1)
    expect(watch.most).toBeLessThanOrEqual(6)
    expect(await one.getRepository(Author).count()).toBe(80)
    await unwatched.end()
  })

  test('destroying one leaves the pool to the other', async () => {
    const other = await open({ driver: typeormDriver(pool) })
    await other.destroy()
    await expect(other.query('SELECT 1')).rejects.toThrow('not established')
    expect(await source.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(pool.status().state).toBe('open')
  })

  test('destroying one takes back what its query runners have not released', async () => {
    const other = await open({ driver: typeormDriver(pool) })
    const forgotten = other.createQueryRunner()
    await forgotten.query('SELECT 1')
    expect(pool.status().inUse).toBe(1)
    await other.destroy()
    expect(pool.status().inUse).toBe(0)
    await expect(forgotten.query('SELECT 1')).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_LEASE_RELEASED' })
  })

  test('a DataSource that was destroyed can be initialized again', async () => {
    const other = await open({ driver: typeormDriver(pool) })
    await other.destroy()
    await other.initialize()
    expect(await other.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})

test('session variables of one borrower are not those of the next', async () => {
  const small = createPool({ ...config, connectionLimit: 1 })
  const dirty = await open({ driver: typeormDriver(small) })
  const runner = dirty.createQueryRunner()
  await runner.query("SET @leak = 'mine', SESSION lock_wait_timeout = 7")
  await runner.release()
  const [next]: unknown[] = await dirty.query('SELECT @leak AS leak, @@lock_wait_timeout AS timeout')
  expect(next).toMatchObject({ leak: null })
  expect(next).not.toMatchObject({ timeout: '7' })
  await dirty.destroy()
  await small.end()
})

test("TypeORM's logger is told which host served a slow query, and which one a failed query", async () => {
  const lines: string[] = []
  class Notes extends AbstractLogger {
    protected override writeLog(_level: LogLevel, message: LogMessage | LogMessage[]): void {
      for (const { message: text } of [message].flat()) lines.push(String(text))
    }
  }
  const logger = hostLogger(new Notes(['error']))
  const logged = await open({ driver: typeormDriver(pool), logger, maxQueryExecutionTime: 1 })
  const runner = logged.createQueryRunner()
  await runner.query('SELECT SLEEP(0.01)')
  await expect(runner.query('SELECT nothing')).rejects.toMatchObject({ host: servingHost(runner) })
  expect(config.host).toContain(servingHost(runner))
  expect(lines).toContain(`/* ${servingHost(runner)} */ SELECT SLEEP(0.01)`)
  expect(lines).toContain(`/* ${servingHost(runner)} */ SELECT nothing`)
  await runner.release()
})

describe('generated ids of an insert of several rows', () => {
  async function insertTwo(type: 'mysql' | 'mariadb'): Promise<{ wrong: boolean; warnings: string[] }> {
    // A step of its own, so that it does not depend on the servers.
    const sessionVariables = { ...config.sessionVariables, auto_increment_increment: 5 }
    const gapped = createPool({ ...config, sessionVariables })
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const typed = new DataSource({ type, driver: typeormDriver(gapped), entities })
    await typed.initialize()
    const authors = [1, 2].map((index) => Object.assign(new Author(), { name: `${type} ${index}` }))
    await typed.getRepository(Author).insert(authors)
    const second = await typed.getRepository(Author).findOneByOrFail({ name: `${type} 2` })
    await typed.destroy()
    await gapped.end()
    const warnings = warn.mock.calls.map(([message]) => String(message))
    warn.mockRestore()
    return { wrong: authors[1]?.id !== second.id, warnings }
  }

  test("are right with type 'mariadb'", async () => {
    expect(await insertTwo('mariadb')).toEqual({ wrong: false, warnings: [] })
  })

  test("are TypeORM's guess with type 'mysql', and a warning names the remedy", async () => {
    const { wrong, warnings } = await insertTwo('mysql')
    expect(wrong).toBe(true)
    expect(warnings).toEqual([expect.stringContaining("use type: 'mariadb'")])
  })
})

describe('what a DataSource says of its connection', () => {
  test('is used where the driver has a configuration of its own', async () => {
    const { user, password, database } = config
    const own = await open({
      driver: typeormDriver({ host: access.hosts, poolName: 'own' }),
      username: user,
      password,
      database,
      poolSize: 2,
      timezone: 'Z',
      extra: { queueLimit: 50 },
    })
    expect(await own.query('SELECT DATABASE() AS name')).toEqual([{ name: database }])
    await Promise.all(Array.from({ length: 10 }, () => own.query('SELECT SLEEP(0.01)')))
  })

  test('is used where the driver has a URL', async () => {
    const { host, user, password, database } = config
    const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
    const driver = typeormDriver(`mysql://${account}@${host}?poolName=from-url`)
    const own = await open({ driver, database, poolSize: 2, dateStrings: true })
    const sql = "SELECT DATABASE() AS name, CAST('2026-02-28' AS DATE) AS day"
    expect(await own.query(sql)).toEqual([{ name: database, day: '2026-02-28' }])
  })

  test('ends with the DataSource then', async () => {
    const lone = await freshDatabase('typeorm_lone')
    const own = await open({ driver: typeormDriver(lone) })
    await Promise.all(Array.from({ length: 5 }, () => own.query('SELECT SLEEP(0.02)')))
    expect(await connectionsOnServers(lone.database)).toBeGreaterThan(0)
    await own.destroy()
    await expect.poll(() => connectionsOnServers(lone.database)).toBe(0)
  })

  test.each([
    [{ host: 'elsewhere' }, 'host'],
    [{ username: 'root' }, 'username'],
    [{ password: 'hunter2' }, 'password'],
    [{ poolSize: 99 }, 'poolSize'],
    [{ database: 'mysql' }, 'database'],
  ])('is refused on a shared pool that has something else: %o', async (options, name) => {
    const refused = new DataSource({ type: 'mariadb', driver: typeormDriver(pool), ...options })
    await expect(refused.initialize()).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: expect.stringContaining(name) as string,
    })
    await expect(refused.initialize()).rejects.not.toMatchObject({
      message: expect.stringContaining('hunter2') as string,
    })
  })

  test('may repeat what the shared pool has', async () => {
    const { host, user, database } = config
    const same = await open({ driver: typeormDriver(pool), host, username: user, database, poolSize: 6 })
    expect(await same.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})

test('initialize() with a wrong password says so', async () => {
  const wrong = new DataSource({ type: 'mariadb', driver: typeormDriver({ ...config, password: 'wrong' }) })
  await expect(wrong.initialize()).rejects.toMatchObject({ errno: 1045 })
})
