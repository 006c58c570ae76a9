import { createPool } from '@mysql-hostpool/core'
import { DataSource } from 'typeorm'
import { expect, test } from 'vitest'

import { typeormDriver } from './typeorm-driver.js'

const configError: unknown = expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG' })

test('TypeORM finds a plain object that looks like the mysql2 module', () => {
  expect(Object.keys(typeormDriver({ host: 'db1' }))).toEqual(['version', 'createPool', 'createPoolCluster'])
})

test.each([
  ['a configuration', { host: 'db1,db2' }],
  ['a URL', 'mysql://db1,db2'],
])('%s makes a pool of its own, completed by the DataSource and ended with it', async (_name, given) => {
  const said = {
    user: 'app',
    connectionLimit: 7,
    dateStrings: true,
    charset: 'utf8mb4_bin',
    ssl: { minVersion: 'TLSv1.2' },
  }
  const pool = typeormDriver(given).createPool({ ...said, timezone: 'Z' })
  const { config } = pool.hostpool
  expect(config.hosts.map(({ name }) => name)).toEqual(['db1:3306', 'db2:3306'])
  expect(config).toMatchObject({
    connectionLimit: 7,
    connection: { user: 'app', charset: 'utf8mb4_bin', ssl: true },
    decoding: { dateStrings: true, timezone: 'Z' },
  })
  // TypeORM's users add listeners for new connections.
  expect(() => pool.on('connection', () => {})).not.toThrow()
  await pool.promise().end()
  expect(pool.hostpool.status().state).toBe('ended')
})

test('TypeORM initializes with it, and says what the pool says when no host is there', async () => {
  const source = new DataSource({ type: 'mariadb', driver: typeormDriver('mysql://app@127.0.0.1:1,127.0.0.2:1') })
  await expect(source.initialize()).rejects.toMatchObject({
    code: 'ERR_HOSTPOOL_NO_HOST',
    message: expect.stringContaining('127.0.0.2:1'),
  })
})

test.each(['postgres', 'cockroachdb', 'mssql', 'oracle', 'sap', 'better-sqlite3'])(
  'a DataSource of another database (%s) says which type to take',
  async (type) => {
    const shared = createPool({ host: 'db1' })
    const options = { type, driver: typeormDriver(shared), database: 'x', host: 'h', extra: {} }
    const initialized = (async () => new DataSource(options as never).initialize())()
    await expect(initialized).rejects.toThrow(/type: .*'mariadb'.*'mysql'/)
    await shared.end()
  },
)

test('a port is the same as a number and as digits', async () => {
  const facade = typeormDriver({ host: 'db1', port: '3307' }).createPool({ port: 3307 })
  expect(facade.hostpool.config.hosts.map(({ name }) => name)).toEqual(['db1:3307'])
  await facade.promise().end()
})

test('a pool is shared by every DataSource and ended by none', async () => {
  const shared = createPool({ host: 'db1' })
  const driver = typeormDriver(shared)
  const [one, two] = [driver.createPool({ timezone: 'Z' }), driver.createPool({ host: 'db1' })]
  expect([one.hostpool, two.hostpool]).toEqual([shared, shared])
  await Promise.all([one.promise().end(), two.promise().end()])
  expect(shared.status().state).toBe('open')
  await shared.end()
})

test.each([
  ['nothing', undefined],
  ['a number', 42],
  ['what is no URL', 'db1,db2'],
  ['a URL of another database', 'postgres://db1'],
  ['a pool of another kind', { getConnection: () => {} }],
])('%s is refused at once', (_name, wrong) => {
  const given = Object.assign(Object.create(null), { wrong })
  expect(() => typeormDriver(given.wrong)).toThrow(configError)
})
