import { createPool, type Pool } from '@mysql-hostpool/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { PacketProxy } from './setup/packet-proxy.js'

/** Capability: changes of session state are reported. In the upper half of the flags. */
const SESSION_TRACK = 1 << 7

let config: TestDatabase
let other: string
let admin: Pool
let proxy: PacketProxy
let pool: Pool | undefined

beforeAll(async () => {
  config = await freshDatabase('untracked')
  admin = createPool(config)
  other = `${config.database}_other`
  for (const schema of [config.database, other]) {
    await admin.query(`CREATE DATABASE IF NOT EXISTS \`${schema}\``)
    await admin.query(`CREATE TABLE \`${schema}\`.whose (name VARCHAR(80))`)
    await admin.query(`INSERT INTO \`${schema}\`.whose VALUES (?)`, [schema])
  }
  proxy = await PacketProxy.open(config.host.split(',')[0] ?? '')
  const greeted = new WeakSet<object>()
  const answered = new WeakSet<object>()
  proxy.fromServer = (packet, flow) => {
    if (greeted.has(flow)) return 'passes'
    greeted.add(flow)
    // The server’s version ends with a zero; the flags come behind its number, the salt, and half of themselves.
    const upper = packet.indexOf(0, 5) + 1 + 4 + 8 + 1 + 2 + 1 + 2
    packet.writeUInt16LE(packet.readUInt16LE(upper) & ~SESSION_TRACK, upper)
    return 'passes'
  }
  proxy.fromClient = (packet, flow) => {
    if (answered.has(flow)) return 'passes'
    answered.add(flow)
    packet.writeUInt16LE(packet.readUInt16LE(6) & ~SESSION_TRACK, 6)
    return 'passes'
  }
})

afterAll(async () => {
  await admin?.query(`DROP DATABASE IF EXISTS \`${other}\``)
  await admin?.end()
  await proxy?.close()
})

afterEach(() => pool?.end())

describe.each(['plain', 'auto'] as const)(
  'of a server that reports no changes of its session, with the probe %s',
  (probe) => {
    it.each(['query', 'execute'] as const)('the next borrower finds a session as it was: by %s', async (how) => {
      const { sessionVariables: _, ...rest } = config
      const one = createPool({ ...rest, host: proxy.address, connectionLimit: 1, health: { probe } })
      pool = one
      const state = 'SELECT @@time_zone AS zone, @@sql_mode AS mode, @@group_concat_max_len AS longest, @mine AS mine'
      const [[before]] = await one.query(state)
      const leave = async (sql: string): Promise<void> => {
        await one.withConnection((lease) => lease[how](sql).catch(() => lease.query(sql)))
      }
      await leave(`USE \`${other}\``)
      expect(await one.query('SELECT name FROM whose')).toMatchObject([[{ name: config.database }], {}])
      await leave('CREATE TEMPORARY TABLE left_behind (v INT)')
      await expect(one.query('SELECT v FROM left_behind')).rejects.toMatchObject({ errno: 1146 })
      for (const set of [
        "time_zone = '+09:00'",
        "SESSION sql_mode = 'ANSI'",
        '@@group_concat_max_len = 4567',
        '@mine = 1',
      ]) {
        await leave(`SET ${set}`)
        expect(await one.query(state)).toMatchObject([[before], {}])
      }
      await leave('SELECT @mine := 5')
      expect(await one.query(state)).toMatchObject([[before], {}])
    })
  },
)

it('a prepared statement does not outlive a USE there', async () => {
  const { sessionVariables: _, ...rest } = config
  pool = createPool({ ...rest, host: proxy.address, connectionLimit: 1, health: { probe: 'plain' } })
  await pool.withConnection(async (lease) => {
    const whose = async (): Promise<unknown> => {
      const [[row]] = await lease.execute<{ name: string }[]>('SELECT name FROM whose')
      return row?.name
    }
    expect(await whose()).toBe(config.database)
    await lease.query(`USE \`${other}\``)
    expect(await whose()).toBe(other)
  })
})
