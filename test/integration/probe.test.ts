import { createPool, type Pool, type PoolOptions } from '@mysql-hostpool/core'
import { afterEach, expect, it } from 'vitest'

import { access, describeWithFaults, faultyCluster } from './setup/servers.js'

const { hosts, user, password, database } = access

let pool: Pool

async function open(options: PoolOptions = {}): Promise<void> {
  pool = createPool({ host: hosts, user, password, database, connectionLimit: 6, ...options })
  await pool.query('SELECT 1')
}

function reason(index: number): string | undefined {
  const { address } = faultyCluster().node(index)
  return pool.status().hosts.find(({ name }) => name === address)?.reason
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within 10 s: ${what}; ${JSON.stringify(pool.status().hosts)}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
}

/** How many of some statements a node served. */
async function servedBy(index: number): Promise<number> {
  const { address } = faultyCluster().node(index)
  const served = (): number => pool.status().hosts.find(({ name }) => name === address)?.counters.served ?? 0
  const before = served()
  await Promise.all(Array.from({ length: 60 }, () => pool.query('SELECT SLEEP(0.005)')))
  return served() - before
}

describeWithFaults('the probe of a Galera node', () => {
  afterEach(async () => {
    await pool.end()
    await faultyCluster().heal()
  })

  it('tells a desynced node in words, and spares it until it is synced again', async () => {
    await open({ health: { interval: 100 } })
    await faultyCluster().node(1).setDesync(true)
    await until('the reason is told', () => reason(1) === 'it is desynced (wsrep_desync is on)')
    expect(await servedBy(1)).toBe(0)
    await faultyCluster().node(1).setDesync(false)
    await until('it is spared no more', () => reason(1) === '')
    await until('it is in sync', () => pool.status().hosts.every(({ state }) => state === 'up'))
  })

  it('leaves a desynced node in use where that is wanted', async () => {
    await open({ health: { interval: 100, useDonors: true }, selector: 'round-robin' })
    await faultyCluster().node(1).setDesync(true)
    await until('the reason is told', () => reason(1) === 'it is desynced (wsrep_desync is on)')
    expect(await servedBy(1)).toBeGreaterThan(0)
  })
})
