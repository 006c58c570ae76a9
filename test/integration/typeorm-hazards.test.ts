import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import mysql from 'mysql2'
import type { Connection } from 'mysql2/promise'
import { DataSource } from 'typeorm'
import type { QueryRunner } from 'typeorm'
import type { MysqlDataSourceOptions } from 'typeorm/driver/mysql/MysqlDataSourceOptions.js'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { directConnection, freshDatabase } from './setup/fresh-database.js'
import type { TestDatabase } from './setup/fresh-database.js'
import { access } from './setup/servers.js'
import { TcpProxy } from './setup/tcp-proxy.js'
import { Author, entities } from './typeorm/entities.js'

const [firstHost = ''] = access.hosts.split(',')
const [, firstName = firstHost, firstPort = '3306'] = /^\[?(.*?)\]?:(\d+)$/.exec(firstHost) ?? []

type Options = Partial<Omit<MysqlDataSourceOptions, 'type'>>

let config: TestDatabase
/** Sees what is committed, past every pool. */
let server: Connection
const closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  config = await freshDatabase('typeorm_hazards')
  server = await directConnection(firstHost)
  await server.query(`USE \`${config.database}\``)
  const source = await openOurs({ synchronize: true })
  await source.destroy()
})

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
  await server.query('DELETE FROM author')
})

afterAll(() => server?.end())

/** A DataSource with mysql2 itself, and one connection. */
async function openMysql2(options: Options = {}): Promise<DataSource> {
  const { user: username, password, database } = config
  const given = { host: firstName, port: Number(firstPort), username, password, database, poolSize: 1 }
  const source = new DataSource({ type: 'mariadb', entities, driver: mysql, ...given, ...options })
  await source.initialize()
  closing.push(() => (source.isInitialized ? source.destroy() : Promise.resolve()))
  return source
}

/** The same on a pool of ours. */
async function openOurs(options: Options = {}): Promise<DataSource> {
  const pool: Pool = createPool({ ...config, host: firstHost, connectionLimit: 1 })
  const source = new DataSource({ type: 'mariadb', entities, driver: typeormDriver(pool), ...options })
  await source.initialize()
  closing.push(
    () => pool.end(),
    () => (source.isInitialized ? source.destroy() : Promise.resolve()),
  )
  return source
}

async function committed(): Promise<unknown[]> {
  const [rows] = await server.query('SELECT name FROM author ORDER BY id')
  return (rows as { name: unknown }[]).map(({ name }) => name)
}

async function connectionId(on: DataSource | QueryRunner): Promise<number> {
  const [{ id }]: [{ id: string }] = await on.query('SELECT CONNECTION_ID() AS id')
  return Number(id)
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no failure',
    (error: unknown) => error,
  )

describe('a query runner is released with its transaction open, and the next borrower writes a row', () => {
  async function dirtyRelease(source: DataSource): Promise<unknown[]> {
    const runner = source.createQueryRunner()
    await runner.query('START TRANSACTION')
    await runner.manager.insert(Author, { name: 'never committed' })
    await runner.release()
    await source.getRepository(Author).insert({ name: 'meant to be kept' })
    return committed()
  }

  test('mysql2: the row lands in the transaction that nobody will commit', async () => {
    expect(await dirtyRelease(await openMysql2())).toEqual([])
  })

  test('here: the transaction is rolled back first, and the row is there', async () => {
    expect(await dirtyRelease(await openOurs())).toEqual(['meant to be kept'])
  })
})

describe('a query runs into maxQueryExecutionTime, and another one follows', () => {
  const limits = { enableQueryTimeout: true, maxQueryExecutionTime: 200 } as const

  async function timeOut(source: DataSource): Promise<boolean> {
    const before = await connectionId(source)
    await expect(source.query('SELECT SLEEP(1)')).rejects.toMatchObject({ code: 'PROTOCOL_SEQUENCE_TIMEOUT' })
    return (await connectionId(source)) === before
  }

  test('mysql2: the other one gets the same connection, and waits for what it is still busy with', async () => {
    expect(await timeOut(await openMysql2(limits))).toBe(true)
  })

  test('here: the other one gets another connection', async () => {
    expect(await timeOut(await openOurs(limits))).toBe(false)
  })
})

describe('a connection is killed while a query runner holds it idle', () => {
  async function killHeld(source: DataSource): Promise<unknown> {
    const runner = source.createQueryRunner()
    const id = await connectionId(runner)
    await server.query('KILL ?', [id])
    // The server's good-bye has to arrive.
    await new Promise((resolve) => setTimeout(resolve, 100))
    const failure = await failureOf(runner.query('SELECT 1'))
    await runner.release()
    return failure
  }

  test('mysql2: its next query fails, with an error that has no code', async () => {
    const failure = await killHeld(await openMysql2())
    expect(failure).toBeInstanceOf(Error)
    expect(failure).not.toHaveProperty('code')
  })

  test('here: its next query runs on another connection', async () => {
    expect(await killHeld(await openOurs())).toBe('no failure')
  })
})

describe('there is no connection for a query runner at first, and later there is one', () => {
  async function askTwice(source: DataSource): Promise<readonly unknown[]> {
    const holder = source.createQueryRunner()
    await holder.query('SELECT 1')
    const runner = source.createQueryRunner()
    const first = await failureOf(runner.query('SELECT 1'))
    await holder.release()
    const second = await failureOf(runner.query('SELECT 1'))
    await runner.release()
    return [first, second]
  }

  test('mysql2: the query runner repeats its first error for ever', async () => {
    const [first, second] = await askTwice(await openMysql2({ extra: { waitForConnections: false } }))
    expect(first).toMatchObject({ message: 'No connections available.' })
    expect(second).toBe(first)
  })

  test('here: it asks again', async () => {
    const [first, second] = await askTwice(await openOurs({ extra: { acquireTimeout: 200 } }))
    expect(first).toMatchObject({ code: 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT' })
    expect(second).toBe('no failure')
  })
})

describe('a transaction asks for a second connection where there is only one', () => {
  const nested = (source: DataSource): Promise<unknown> =>
    failureOf(source.transaction(() => source.getRepository(Author).count()))

  test('mysql2: it waits for itself for ever', async () => {
    const source = await openMysql2()
    const patience = new Promise((resolve) => setTimeout(resolve, 1_000, 'waits'))
    expect(await Promise.race([nested(source), patience])).toBe('waits')
  })

  test('here: it fails in time, names the cause, and the connection is free again', async () => {
    const source = await openOurs({ extra: { acquireTimeout: 200 } })
    expect(await nested(source)).toMatchObject({
      code: 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT',
      message: expect.stringMatching(/1 of 1 connections in use.*second connection while they hold one/) as string,
    })
    expect(await source.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})

describe('a slave dies, is asked again and again, and comes back', () => {
  type Driver = Pick<Options, 'driver'>

  /** What became of reads while it was dead, and of one when it was back, as codes. */
  async function loseSlave({ driver }: Driver): Promise<{ readonly dead: unknown[]; readonly back: unknown }> {
    const proxy = await TcpProxy.open(firstHost)
    closing.push(() => proxy.shut())
    const { user: username, password, database } = config
    const node = { username, password, database }
    const [host = '', port] = proxy.address.split(':')
    const master = { ...node, host: firstName, port: Number(firstPort) }
    const replication = { master, slaves: [{ ...node, host, port: Number(port) }] }
    const source = new DataSource({ type: 'mariadb', driver, replication })
    await source.initialize()
    closing.push(() => source.destroy())
    const read = async (): Promise<unknown> => {
      const runner = source.createQueryRunner('slave')
      const failure = await failureOf(runner.query('SELECT 1'))
      await failureOf(runner.release())
      return failure instanceof Error && 'code' in failure ? failure.code : failure
    }
    await proxy.shut()
    const dead: unknown[] = []
    for (let time = 0; time < 8; time += 1) dead.push(await read())
    await proxy.listen()
    return { dead, back: await read() }
  }

  test('mysql2: it is taken out of the cluster, and reads fail for ever', async () => {
    const { dead, back } = await loseSlave({ driver: mysql })
    expect(dead.at(-1)).toBe('POOL_NOEXIST')
    expect(back).toBe('POOL_NOEXIST')
  })

  test('here: the master reads meanwhile', async () => {
    const { dead, back } = await loseSlave({ driver: typeormDriver({ ...config, host: undefined }) })
    expect(new Set(dead)).toEqual(new Set(['no failure']))
    expect(back).toBe('no failure')
  })
})

describe('initialize() while the database is down', () => {
  async function startDown(noHostTimeout: number): Promise<{ proxy: TcpProxy; source: DataSource }> {
    const proxy = await TcpProxy.open(firstHost)
    await proxy.shut()
    const pool = createPool({ ...config, host: proxy.address, noHostTimeout })
    const source = new DataSource({ type: 'mariadb', driver: typeormDriver(pool) })
    closing.push(
      () => proxy.shut(),
      () => pool.end(),
      () => (source.isInitialized ? source.destroy() : Promise.resolve()),
    )
    return { proxy, source }
  }

  test('fails at once with the real reason, and can be tried again', async () => {
    const { proxy, source } = await startDown(0)
    await expect(source.initialize()).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_NO_HOST',
      message: expect.stringContaining(proxy.address) as string,
      cause: { code: 'ECONNREFUSED' },
    })
    await proxy.listen()
    await expect.poll(() => failureOf(source.initialize()), { timeout: 10_000 }).toBe('no failure')
  })

  test('waits for the database as long as noHostTimeout says', async () => {
    const { proxy, source } = await startDown(8_000)
    const initialized = source.initialize()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await proxy.listen()
    await initialized
    expect(await source.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('mysql2: it fails at once, and has no option to wait', async () => {
    const { proxy } = await startDown(0)
    const port = Number(proxy.address.split(':')[1])
    await expect(openMysql2({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
