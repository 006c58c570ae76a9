import { createPool, type Lease, type Pool } from '@mysql-hostpool/core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'

const OTHER = { user: 'session_other', password: 'for the test' }

describeWithFaults('a connection that changes its user', () => {
  let pool: Pool

  async function value(from: Pick<Pool | Lease, 'query'>, sql: string): Promise<unknown> {
    const [[row]] = await from.query(sql)
    return Object.values(row ?? {})[0]
  }

  beforeAll(async () => {
    const root = faultyCluster().node(0)
    await root.sql(`CREATE OR REPLACE USER ${OTHER.user} IDENTIFIED BY '${OTHER.password}'`)
    await root.sql(`GRANT SELECT ON ${access.database}.* TO ${OTHER.user}`)
  })

  beforeEach(() => {
    const { address: host } = faultyCluster().node(0)
    pool = createPool({
      user: access.user,
      password: access.password,
      database: access.database,
      host,
      connectionLimit: 1,
      sessionVariables: { wait_timeout: 1234 },
    })
  })

  afterEach(() => pool.end())

  afterAll(() => faultyCluster().node(0).sql(`DROP USER ${OTHER.user}`))

  it('belongs to that user with the pool’s settings, and to nobody after its borrower', async () => {
    const lease = await pool.getConnection()
    const { threadId } = lease
    await lease.query('SET @left = 5')
    await lease.changeUser(OTHER)
    expect(await value(lease, 'SELECT CURRENT_USER()')).toBe(`${OTHER.user}@%`)
    expect(await value(lease, 'SELECT DATABASE()')).toBe(access.database)
    expect(Number(await value(lease, 'SELECT @@session.wait_timeout'))).toBe(1234)
    expect(await value(lease, 'SELECT @left')).toBeNull()
    lease.release()
    const next = await pool.getConnection()
    expect(next.threadId).not.toBe(threadId)
    expect(String(await value(next, 'SELECT USER()'))).toMatch(new RegExp(`^${access.user}@`))
    next.release()
  })

  it('is closed when the login is refused, which says nothing about its host', async () => {
    const changes: string[] = []
    pool.on('hostSuspect', ({ reason }) => changes.push(reason))
    const lease = await pool.getConnection()
    await expect(lease.changeUser({ ...OTHER, password: 'wrong' })).rejects.toMatchObject({ errno: 1045 })
    // It must not go on as the pool's user.
    await expect(lease.query('SELECT 1')).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_HOST_LOST' })
    lease.release()
    expect(String(await value(pool, 'SELECT USER()'))).toMatch(new RegExp(`^${access.user}@`))
    expect(changes).toEqual([])
  })
})
