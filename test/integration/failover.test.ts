import { setTimeout as sleep } from 'node:timers/promises'
import { createPool, isHostpoolError, type Pool, type PoolOptions } from '@mysql-hostpool/core'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'
import { until } from './setup/until.js'

const CONNECTION = { host: access.hosts, user: access.user, password: access.password, database: access.database }

let pool: Pool

function open(options: PoolOptions = {}): Pool {
  pool = createPool({ ...CONNECTION, connectionLimit: 9, ...options })
  return pool
}

/** The name of the host that is node so and so, as the pool has it. */
function nameOf(index: number): string {
  return faultyCluster().node(index).address
}

function stateOf(index: number): string | undefined {
  return pool.status().hosts.find((host) => host.name === nameOf(index))?.state
}

/** Sends a read every few milliseconds, whatever becomes of the earlier ones, and keeps the errors. */
class SteadyReads {
  readonly errors: unknown[] = []
  readonly #pending = new Set<Promise<void>>()
  readonly #timer: NodeJS.Timeout
  worst = 0
  count = 0

  constructor() {
    this.#timer = setInterval(() => {
      const started = performance.now()
      this.count += 1
      const read = pool
        .query('SELECT id, v FROM failover WHERE id = ?', [1])
        .then(
          () => undefined,
          (error: unknown) => void this.errors.push(error),
        )
        .finally(() => {
          this.worst = Math.max(this.worst, performance.now() - started)
          this.#pending.delete(read)
        })
      this.#pending.add(read)
    }, 10)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#pending)
  }
}

/** A lease whose connection is on this node. */
async function leaseOn(index: number) {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const leases = await Promise.all(Array.from({ length: 9 }, () => pool.getConnection()))
    const found = leases.find((lease) => lease.host === nameOf(index))
    for (const lease of leases) if (lease !== found) lease.release()
    if (found !== undefined) return found
    await sleep(200)
  }
  throw new Error(`no connection to ${nameOf(index)}`)
}

describeWithFaults('when a host fails', () => {
  beforeAll(async () => {
    // Before any fault: Galera refuses to change a schema while its group forms anew.
    await open().query('CREATE TABLE IF NOT EXISTS failover (id INT PRIMARY KEY, v INT NOT NULL)')
    await pool.end()
  })

  beforeEach(async () => {
    open()
    await pool.query('REPLACE INTO failover VALUES (1, 1)')
  })

  afterEach(async () => {
    await pool.end()
    await faultyCluster().heal()
  })

  it('no read fails while a node is killed, and the node is used again when it is back', async () => {
    await pool.end()
    open({ minIdle: 6 })
    const reads = new SteadyReads()
    await sleep(300)
    await faultyCluster().node(1).kill()
    await until(pool, 'node 2 is down', () => stateOf(1) === 'down')
    await sleep(500)
    await faultyCluster().node(1).start()
    await until(pool, 'node 2 is up', () => stateOf(1) === 'up')
    await until(
      pool,
      'node 2 has connections',
      () => (pool.status().hosts[1]?.inUse ?? 0) + (pool.status().hosts[1]?.idle ?? 0) > 0,
    )
    await reads.stop()
    expect(reads.errors).toEqual([])
    expect(reads.count).toBeGreaterThan(50)
  })

  it('a transaction on a lost host ends with a typed error, stays ended until ROLLBACK, and the lease goes on elsewhere', async () => {
    const lease = await leaseOn(1)
    await lease.beginTransaction()
    await lease.query('UPDATE failover SET v = 7 WHERE id = 1')
    await faultyCluster().node(1).kill()
    await expect(lease.query('SELECT v FROM failover')).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_HOST_LOST' })
    await expect(lease.query('UPDATE failover SET v = 8 WHERE id = 1')).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_TRANSACTION_LOST',
    })
    await expect(lease.commit()).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_TRANSACTION_LOST' })
    await lease.rollback()
    const [rows] = await lease.query<{ v: number }[]>('SELECT v FROM failover WHERE id = 1')
    expect(rows).toEqual([{ v: 1 }])
    lease.release()
  })

  it('a write whose answer was lost is said to be of unknown outcome', async () => {
    const lease = await leaseOn(1)
    const write = lease.query('UPDATE failover SET v = SLEEP(5) WHERE id = 1')
    const failure = write.catch((error: unknown) => error)
    await sleep(200)
    await faultyCluster().node(1).kill()
    const error = await failure
    expect(isHostpoolError(error) && error.code).toBe('ERR_HOSTPOOL_OUTCOME_UNKNOWN')
    expect(error).toMatchObject({ host: nameOf(1) })
    lease.release()
  })

  it('a lease whose connection died while nothing was open runs its next statement elsewhere, even a write', async () => {
    const lease = await leaseOn(1)
    await faultyCluster().node(1).kill()
    await until(pool, 'node 2 is down', () => stateOf(1) !== 'up')
    await lease.query('UPDATE failover SET v = 5 WHERE id = 1')
    expect(lease.host).not.toBe(nameOf(1))
    lease.release()
  })

  it('with every host down the caller gets each host’s reason and the last real error, at once', async () => {
    const hosts = [0, 1, 2].map((index) => nameOf(index))
    await pool.end()
    const dead = hosts.map((host) => host.replace(/\.\d+:/, '.200:'))
    open({ host: [...new Set(dead.map((host, index) => host.replace('.200:', `.20${index}:`)))] })
    const error: unknown = await pool.query('SELECT 1').catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_NO_HOST', cause: { code: 'ECONNREFUSED' } })
    for (const { name } of pool.status().hosts) expect((error as Error).message).toContain(name)
  })

  it('a wrong password is the server’s own error and marks no host down', async () => {
    await pool.end()
    open({ password: 'not the one' })
    await expect(pool.query('SELECT 1')).rejects.toMatchObject({ errno: 1045 })
    expect(pool.status().hosts.map((host) => host.state)).toEqual(['unknown', 'unknown', 'unknown'])
  })

  it('an unknown database is the server’s own error and marks no host down', async () => {
    await pool.end()
    open({ database: 'nowhere' })
    await expect(pool.query('SELECT 1')).rejects.toMatchObject({ errno: 1049 })
    expect(pool.status().hosts.map((host) => host.state)).toEqual(['unknown', 'unknown', 'unknown'])
  })

  it('a read that was killed on a healthy host is served again', async () => {
    const lease = await leaseOn(0)
    const slow = lease.query('SELECT COUNT(*) AS n FROM seq_1_to_40000000 WHERE seq % 7 = 3')
    await sleep(300)
    await faultyCluster()
      .node(0)
      .sql(`KILL CONNECTION ${lease.threadId ?? 0}`)
    const [rows] = await slow
    expect(rows).toHaveLength(1)
    lease.release()
  })
})
