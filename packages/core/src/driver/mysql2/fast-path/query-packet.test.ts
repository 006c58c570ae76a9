import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import fc from 'fast-check'
import { expect, it } from 'vitest'

import { queryPacket } from './query-packet.js'

const UTF8MB4 = 45
const QUERY_ATTRIBUTES = 1 << 27

type Mysql2Packet = new (
  sql: string,
  charset: number,
  attributes: undefined,
  flags: number,
) => {
  toPacket(): { buffer: Buffer }
}

/** mysql2's own writer, which is not exported. */
const require = createRequire(import.meta.url)
const Mysql2Query = require(join(dirname(require.resolve('mysql2')), 'lib', 'packets', 'query.js')) as Mysql2Packet

it('a text is written as mysql2 writes it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), (sql, counted) => {
      const theirs = new Mysql2Query(sql, UTF8MB4, undefined, counted ? QUERY_ATTRIBUTES : 0)
      expect(queryPacket(sql, counted).buffer.subarray(4)).toEqual(theirs.toPacket().buffer.subarray(4))
    }),
  )
})

it('its header tells how long it is, and which of an exchange', () => {
  const packet = queryPacket('SELECT 1', false)
  packet.writeHeader(5)
  expect([...packet.buffer.subarray(0, 5)]).toEqual([9, 0, 0, 5, 3])
  expect(packet.length()).toBe(13)
})
