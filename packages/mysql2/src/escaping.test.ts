import mysql2 from 'mysql2'
import { describe, expect, test } from 'vitest'

import type { Connection } from './connection.js'
import { Pool } from './pool.js'
import { FakePool } from './testing/fake-pool.js'
import { acquire } from './testing/facade.js'

/** A pool whose sessions have this mode, as far as it knows, and a connection of it whose session has another. */
async function facades(ofPool: boolean, ofLease: boolean) {
  const hostpool = Object.assign(new FakePool({ timezone: 'Z' }), { noBackslashEscapes: ofPool })
  const pool = new Pool(hostpool, false, {})
  const connection = await acquire(pool)
  const [lease] = hostpool.leases
  if (lease === undefined) throw new Error('no lease was checked out')
  lease.noBackslashEscapes = ofLease
  return { pool, hostpool, connection, lease }
}

const INJECTION = "\\' OR 1=1 -- "
const DOUBLED = "'\\'' OR 1=1 -- '"
const BY_BACKSLASH = "'\\\\\\' OR 1=1 -- '"

describe('escape and format', () => {
  test.each([
    [true, false, DOUBLED, BY_BACKSLASH],
    [false, true, BY_BACKSLASH, DOUBLED],
  ])('write for what they belong to: pool %s, connection %s', async (ofPool, ofLease, byPool, byConnection) => {
    const { pool, connection } = await facades(ofPool, ofLease)
    for (const side of [pool, pool.promise()]) {
      expect([side.escape(INJECTION), side.format('?', [INJECTION])]).toEqual([byPool, byPool])
    }
    for (const side of [connection, connection.promise()]) {
      expect([side.escape(INJECTION), side.format('?', [INJECTION])]).toEqual([byConnection, byConnection])
    }
  })

  test('follow a change of the session, in lists and objects too', async () => {
    const { connection, lease, pool, hostpool } = await facades(false, false)
    const values = ["it's", ['C:\\', [Buffer.from('\\')]], { toString: () => '\\' }]
    expect(connection.format('?, ?, ?', values)).toBe("'it\\'s', 'C:\\\\', (X'5c'), '\\\\'")
    lease.noBackslashEscapes = true
    expect(connection.format('?, ?, ?', values)).toBe("'it''s', 'C:\\', (X'5c'), '\\'")
    hostpool.noBackslashEscapes = true
    expect(pool.format("SELECT '\\', ?", ["it's"])).toBe("SELECT '\\', 'it''s'")
  })

  test('are mysql2’s own where a backslash escapes', async () => {
    const { connection, pool } = await facades(false, false)
    const own = Object.assign(Object.create(mysql2.Connection.prototype) as Connection, {
      config: { timezone: 'Z', stringifyObjects: false },
    })
    for (const value of [
      INJECTION,
      'a\nb\0',
      1,
      null,
      new Date(0),
      [1, ["'"]],
      Buffer.from("'"),
      mysql2.raw('NOW()'),
    ]) {
      for (const side of [connection, pool])
        expect(side.format('SELECT ?', [value])).toBe(own.format('SELECT ?', [value]))
    }
  })
})
