import { createPool } from '@mysql-hostpool/core'
import { describe, expect, test } from 'vitest'

import type { DriverOptions } from './data-source-options.js'
import { checkSharedOptions } from './shared-pool.js'

const { config } = createPool({
  host: 'db1,db2,[fd00::3]',
  user: 'app',
  password: 'swordfish',
  database: 'shop',
  connectionLimit: 20,
  sessionVariables: { sql_mode: 'ANSI' },
})

describe('a DataSource on a shared pool may say', () => {
  test.each([
    ['nothing', {}],
    ['the hosts in another order and form', { host: 'DB2, db1:3306,[fd00::3]' }],
    ['the port that all hosts have', { port: 3306 }],
    ['the user, the database and the size of the pool', { user: 'app', database: 'shop', connectionLimit: 20 }],
    ['what TypeORM makes of a URL without a login', { host: 'db1,db2,[fd00::3]', user: '', password: '' }],
    ['the charset without its collation', { charset: 'utf8mb4' }],
    ['the collation in capitals', { charset: 'UTF8MB4_UNICODE_CI' }],
    ['that it wants no TLS where there is none', { ssl: false }],
    ['the same session variables', { sessionVariables: { sql_mode: 'ANSI' } }],
    ['how long it waits for a connection', { acquireTimeout: 5 }],
    ['a part of what the pool has as a group', { health: { interval: 2000, probe: undefined } }],
  ])('%s', (_name, options) => {
    expect(() => checkSharedOptions(config, options)).not.toThrow()
  })
})

test('a DataSource may ask for TLS of a shared pool that has it, and for nothing more of it', async () => {
  const secured = createPool({ host: 'db1', ssl: { minVersion: 'TLSv1.2' } })
  expect(() => checkSharedOptions(secured.config, { ssl: true })).not.toThrow()
  expect(() => checkSharedOptions(secured.config, { ssl: false })).toThrow('ssl: false')
  // The same certificate, but the pool keeps its own to itself.
  expect(() => checkSharedOptions(secured.config, { ssl: { ca: '-----BEGIN CERTIFICATE-----' } })).toThrow(
    'cannot be compared',
  )
  await secured.end()
})

describe('a DataSource on a shared pool is refused', () => {
  test.each([
    ['host', { host: 'db1,db3' }, "'db1,db3'"],
    ['host', { host: 'db1' }, "'db1'"],
    ['host', { host: 'db1,db1,db2' }, "'db1,db1,db2'"],
    ['port', { port: 3307 }, '3307'],
    ['username', { user: 'root' }, "'root'"],
    ['database', { database: 'other' }, "'other'"],
    ['poolSize', { connectionLimit: 10 }, '10'],
    ['charset', { charset: 'utf8' }, "'utf8'"],
    ['ssl', { ssl: true }, 'true'],
    ['ssl', { ssl: { ca: '-----BEGIN CERTIFICATE-----' } }, 'cannot be compared'],
    ['ssl', { ssl: 'Amazon RDS' }, 'cannot be compared'],
    ['socketPath', { socketPath: '/run/mysqld.sock' }, "'/run/mysqld.sock'"],
    ['multipleStatements', { multipleStatements: true }, 'true'],
    ['queueLimit', { queueLimit: 5 }, '5'],
    ['sessionVariables', { sessionVariables: { sql_mode: '' } }, '(object)'],
    ['health', { health: { interval: 500 } }, '(object)'],
    ['hosts', { hosts: 'db1' }, "'db1'"],
  ])('another %s', (option, options, shown) => {
    const check = (): void => checkSharedOptions(config, options)
    expect(check).toThrow(expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG' }))
    expect(check).toThrow(option)
    expect(check).toThrow(shown)
    expect(check).toThrow('createPool()')
  })

  test.each(['hunter2', 'swordfish'])('any password, the right one too, which is not repeated: %s', (password) => {
    const message = refusalOf({ password })
    expect(message).toContain('password')
    expect(message).not.toContain(password)
  })

  test('everything that is wrong at once', () => {
    expect(refusalOf({ port: 1, database: 'other' })).toMatch(/port[^]*database/)
  })
})

function refusalOf(options: DriverOptions): string {
  try {
    checkSharedOptions(config, options)
  } catch (error) {
    return String(error)
  }
  return 'nothing was refused'
}
