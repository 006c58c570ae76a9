import { createPool } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'

import { mysql2Pool } from './mysql2-pool.js'

const config = { code: 'ERR_HOSTPOOL_CONFIG' }

test.each([
  ['a configuration', { host: 'db1,db2', user: 'app', connectionLimit: 7 }],
  ['a URL', 'mysql://app@db1,db2/?connectionLimit=7'],
])('%s makes a pool of its own, with listeners for new connections', async (_name, given) => {
  const facade = mysql2Pool(given)
  expect(facade.hostpool.config).toMatchObject({
    connectionLimit: 7,
    connection: { user: 'app' },
    hosts: [{ name: 'db1:3306' }, { name: 'db2:3306' }],
  })
  expect(() => facade.on('connection', () => {})).not.toThrow()
  await facade.promise().end()
  expect(facade.hostpool.status().state).toBe('ended')
})

test.each([
  [{ acess: 'read' }, /acess: unknown option; did you mean access\?/],
  [{ aquireTimeout: 5 }, /aquireTimeout: unknown option; did you mean acquireTimeout\?/],
  [{ dateStrings: true }, /dateStrings: unknown option; give it as \{ decoding: /],
  [{ access: 'reed' }, /access: expected 'read' or 'write', got 'reed'/],
  [{ access: 'mysql://app:swordfish@db1' }, /access: expected 'read' or 'write', got '\*\*\*@db1'/],
  [{ acquireTimeout: -1 }, /acquireTimeout: expected whole milliseconds/],
  [{ deferErrors: 1 }, /deferErrors: expected true or false, got 1/],
  [{ onResult: true }, /onResult: expected a function, got true/],
  [{ decoding: { dateString: true } }, /decoding: .*\n.*dateString: unknown option; did you mean dateStrings\?/],
  [null, /expected an object/],
  ['read', /expected an object/],
])('options that there are not are refused at once, on a pool given and on one of its own: %j', async (wrong, told) => {
  const pool = createPool({ host: 'db1' })
  for (const given of [pool, { host: 'db1' }]) {
    const make = (): unknown => mysql2Pool(given, wrong as object)
    expect(make).toThrow(expect.objectContaining(config))
    expect(make).toThrow(told)
  }
  await pool.end()
})

test('a pool is shared', async () => {
  const pool = createPool({ host: 'db1' })
  const facade = mysql2Pool(pool)
  expect(facade.hostpool).toBe(pool)
  await facade.promise().end()
  expect(pool.status().state).toBe('open')
  await pool.end()
})

test.each([
  ['nothing', undefined],
  ['a number', 42],
  ['no URL', 'db1,db2'],
  ['an option that is unknown', { hosts: 'db1' }],
  ['a hook that is no function', { onConnect: 'SET NAMES utf8' }],
  ['a pool of another kind', { getConnection: () => {} }],
])('%s is refused at once', (_name, wrong) => {
  const given = Object.assign(Object.create(null), { wrong })
  expect(() => mysql2Pool(given.wrong)).toThrow(expect.objectContaining(config))
})
