import { describe, expect, test } from 'vitest'

import { controlConnection } from './control-connection.js'
import type { Mysql2Pool } from './mysql2-pool.js'
import type { FakeLease } from './testing/fake-pool.js'
import { called, acquire, shared } from './testing/facade.js'

async function busy() {
  const { pool, fake } = shared()
  const connection = await acquire(pool)
  const open = controlConnection(pool as unknown as Mysql2Pool)
  const lease = connection.lease as FakeLease
  const cancelled = (): number => lease.calls.filter(([name]) => name === 'cancel').length
  return { pool, fake, connection, open, cancelled }
}

describe('a control connection', () => {
  test('cancels what runs on the connection that is checked out, by the pool itself', async () => {
    const { open, connection, cancelled } = await busy()
    const control = open({ ...connection.config })
    await called((callback) => control.connect(callback))
    const [error] = await called((callback) => control.query('kill query 7', [], callback))
    control.destroy()
    expect(error).toBeNull()
    expect(cancelled()).toBe(1)
  })

  test('does nothing for the same number of another host, and for a connection that was given back', async () => {
    const { open, connection, cancelled } = await busy()
    const { config } = connection
    for (const wrong of [
      { ...config, host: 'db2' },
      { ...config, port: 3307 },
    ]) {
      await called((callback) => open(wrong).query('KILL QUERY 7', callback))
    }
    connection.release()
    await called((callback) => open({ ...config }).query('KILL QUERY 7', [], callback))
    expect(cancelled()).toBe(0)
  })

  test.each(['kill connection 7', 'KILL 7'])('ends the connection too, for %s', async (sql) => {
    const { open, connection, cancelled } = await busy()
    const { config } = connection
    const [error] = await called((callback) => open({ ...config }).query(sql, [], callback))
    expect(error).toBeNull()
    expect(connection.stream.destroyed).toBe(true)
    expect(cancelled()).toBe(1)
  })

  test('stops what runs on the server for a connection that was destroyed before', async () => {
    const { open, connection, cancelled } = await busy()
    const { config } = connection
    connection.destroy()
    await called((callback) => open({ ...config, host: 'db2' }).query('kill connection 7', [], callback))
    expect(cancelled()).toBe(0)
    await called((callback) => open({ ...config }).query('kill connection 7', [], callback))
    expect(cancelled()).toBe(1)
  })

  test.each(['KILL HARD 7', 'SELECT 1', 'KILL QUERY 7; DROP TABLE t'])('refuses %s', async (sql) => {
    const { open, connection, cancelled } = await busy()
    const [error] = await called((callback) => open({ ...connection.config }).query(sql, [], callback))
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_UNSUPPORTED' })
    expect(cancelled()).toBe(0)
  })

  test('belongs to a pool of mysql2Pool()', () => {
    expect(() => controlConnection({} as Mysql2Pool)).toThrow(/mysql2Pool/)
  })
})
