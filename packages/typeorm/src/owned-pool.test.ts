import { optionsFromUrl } from '@mysql-hostpool/core'
import type { PoolOptions } from '@mysql-hostpool/core'
import { describe, expect, test } from 'vitest'

import { sortOptions } from './data-source-options.js'
import { checkSameNode, ownedConfig } from './owned-pool.js'

/** What TypeORM passes when a DataSource says nothing but its type. */
const silent = {
  charset: undefined,
  timezone: undefined,
  connectTimeout: undefined,
  insecureAuth: undefined,
  supportBigNumbers: true,
  bigNumberStrings: true,
  dateStrings: undefined,
  debug: undefined,
  trace: undefined,
  stringifyObjects: true,
  host: undefined,
  user: undefined,
  password: undefined,
  connectionLimit: undefined,
}

const merge = (config: Parameters<typeof ownedConfig>[0], options: object): unknown =>
  ownedConfig(config, sortOptions({ ...silent, ...options }))

function messageOf(attempt: () => unknown): string {
  try {
    attempt()
  } catch (error) {
    return String(error)
  }
  return 'nothing was thrown'
}

describe("a DataSource's own pool", () => {
  test.each([
    ['in a URL where a host belongs', 'host', 'mysql://app:swordfish@db1'],
    ['before a host', 'host', 'app:swordfish@db1'],
    ['in a list of hosts', 'host', ['db2', 'app:swordfish@db1']],
    ['a key where a path belongs', 'socketPath', '-----BEGIN PRIVATE KEY-----\nswordfish'],
    ['a key in place of the settings of TLS', 'ssl', { key: 'swordfish' }],
    ['a password', 'password', 'swordfish'],
  ])('shows no secret when it refuses what the DataSource says: %s', (_, name, secret) => {
    const refused = messageOf(() => merge({ [name]: 'other' }, { [name]: secret }))
    expect(refused).toContain(`${name}: the DataSource says `)
    expect(refused).not.toContain('swordfish')
    expect(messageOf(() => merge({ [name]: secret }, { [name]: 'other' }))).not.toContain('swordfish')
  })

  test('has what the configuration says, and TypeORM’s way of decoding', () => {
    expect(merge({ host: 'db1,db2', user: 'app' }, {})).toEqual({
      host: 'db1,db2',
      user: 'app',
      supportBigNumbers: true,
      bigNumberStrings: true,
      stringifyObjects: true,
    })
  })

  test('takes from the DataSource what the configuration leaves out', () => {
    const merged = merge(
      { host: 'db1', connectionLimit: undefined },
      { user: 'app', connectionLimit: 20, queueLimit: 5 },
    )
    expect(merged).toMatchObject({ host: 'db1', user: 'app', connectionLimit: 20, queueLimit: 5 })
  })

  test('follows the configuration where both speak of sizes, times and decoding', () => {
    const merged = merge(
      { connectionLimit: 8, connectTimeout: 1000, bigNumberStrings: false },
      { connectionLimit: 20, connectTimeout: 5000 },
    )
    expect(merged).toMatchObject({ connectionLimit: 8, connectTimeout: 1000, bigNumberStrings: false })
  })

  test('may be told the same twice, in whatever form', () => {
    expect(() =>
      merge({ host: ['db1', 'db2'], charset: 'utf8mb4' }, { host: 'db2, db1', charset: 'UTF8MB4' }),
    ).not.toThrow()
  })

  test.each([
    ['host', { host: 'db1' }, { host: 'db2' }, "'db2'"],
    ['username', { user: 'app' }, { user: 'root' }, "'root'"],
    ['database', { database: 'shop' }, { database: 'other' }, "'other'"],
    ['port', { port: 3306 }, { port: 3307 }, '3307'],
  ])('cannot have two answers to %s', (option, config, options, shown) => {
    const attempt = (): unknown => merge(config, options)
    expect(attempt).toThrow(expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG' }))
    expect(attempt).toThrow(option)
    expect(attempt).toThrow(shown)
  })

  test('does not repeat a password that contradicts another', () => {
    const message = messageOf(() => merge({ password: 'hunter2' }, { password: 'letmein' }))
    expect(message).toContain('password')
    expect(message).not.toMatch(/hunter2|letmein/)
  })

  test('changes neither of the two objects', () => {
    const config = Object.freeze({ host: 'db1' })
    const options = Object.freeze({ ...silent, user: 'app' })
    expect(() => ownedConfig(config, sortOptions(options))).not.toThrow()
  })
})

describe('options of mysql2 that have no meaning here', () => {
  test('are no trouble when they are off', () => {
    expect(sortOptions({ debug: false, insecureAuth: false, trace: undefined }).connection).toEqual({})
  })

  test.each(['debug', 'insecureAuth'])('are named when they are on: %s', (name) => {
    expect(() => sortOptions({ [name]: true })).toThrow(name)
  })
})

describe('a URL', () => {
  const fromUrl = (url: string, options: object): unknown => merge(optionsFromUrl(url), options)

  test('is added to by the DataSource, like any configuration', () => {
    const merged = fromUrl('mysql://app:secret@db1,db2:3307?connectionLimit=8', {
      host: 'db2:3307,db1',
      database: 'shop',
      connectionLimit: 20,
      timezone: 'Z',
    })
    expect(merged).toMatchObject({
      host: ['db1', 'db2:3307'],
      user: 'app',
      password: 'secret',
      database: 'shop',
      connectionLimit: 8,
      timezone: 'Z',
      bigNumberStrings: true,
    })
  })

  test('cannot be contradicted, and the error names both lists of hosts', () => {
    expect(() => fromUrl('mysql://db1,db2/shop', { host: 'db3' })).toThrow(/host: .*'db3'.*'db1,db2'/)
  })
})

describe('the nodes of a replicated DataSource', () => {
  test('may repeat what they have in common', () => {
    expect(() => checkSameNode({ host: 'a,b', user: 'app' }, { host: 'b,a', user: 'app' })).not.toThrow()
  })

  test('may give equal TLS settings in objects of their own', () => {
    const node = (): PoolOptions => ({ host: 'a', ssl: { ca: '-----BEGIN CERTIFICATE-----' } })
    expect(() => checkSameNode(node(), node())).not.toThrow()
  })

  test('are told apart by name', () => {
    expect(() => checkSameNode({ host: 'a' }, { host: 'b' })).toThrow(/replication.*host/)
  })
})
