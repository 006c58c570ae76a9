import { setTimeout as sleep } from 'node:timers/promises'
import { createPool, type Pool, type PoolOptions } from '@mysql-hostpool/core'
import { afterEach, expect, it } from 'vitest'

import { DelayProxy } from '../drills/delay-proxy.js'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'
import { until } from './setup/until.js'

const { user, password, database } = access

/** Much shorter than the default, and no shorter than a look takes on a busy machine. */
const INTERVAL = 200

let pool: Pool
const warnings: string[] = []

/** A pool that knows one host only, after its first use. */
async function open(host: string, options: PoolOptions = {}): Promise<void> {
  warnings.length = 0
  pool = createPool({ host, user, password, database, discovery: { interval: INTERVAL }, ...options })
  pool.on('warning', ({ message }) => warnings.push(message))
  await pool.query('SELECT 1')
}

function address(index: number): string {
  return faultyCluster().node(index).address
}

/** The hosts that are up, in the order of their names. */
function up(): readonly string[] {
  return pool
    .status()
    .hosts.filter(({ state }) => state === 'up')
    .map(({ name }) => name)
    .toSorted()
}

function names(): readonly string[] {
  return pool
    .status()
    .hosts.map(({ name }) => name)
    .toSorted()
}

describeWithFaults('discovery from a Galera cluster', () => {
  afterEach(async () => {
    await pool.end()
    await faultyCluster().heal()
  })

  it('finds all nodes from one, lets those go that leave, but for the one that it was given, and takes them back', async () => {
    const all = [0, 1, 2].map(address).toSorted()
    await open(address(0))
    await until(pool, 'all nodes are hosts', () => up().length === 3)
    expect(up()).toEqual(all)
    await faultyCluster().node(2).shutdown()
    await faultyCluster().node(0).shutdown()
    await until(pool, 'only node 2 is up', () => up().length === 1)
    await until(pool, 'node 3 is gone', () => !names().includes(address(2)))
    await sleep(3 * INTERVAL)
    expect(names()).toEqual([address(0), address(1)].toSorted())
    await expect(pool.query('SELECT 1 AS n')).resolves.toMatchObject([[{ n: 1 }], {}])
    await faultyCluster().startAll()
    await until(pool, 'all nodes are back', () => up().length === 3)
    expect(up()).toEqual(all)
    expect(pool.status().hosts.map(({ origin }) => origin)).toEqual(['configured', 'discovered', 'discovered'])
    expect(warnings).toEqual([])
  })

  it('knows a node again that it reaches by another address than the cluster does', async () => {
    await using proxy = await DelayProxy.open(faultyCluster().node(1))
    await open(proxy.address)
    await until(pool, 'the other nodes are hosts', () => up().length === 3)
    await sleep(3 * INTERVAL)
    expect(names()).toEqual([proxy.address, address(0), address(2)].toSorted())
    await pool.end()
  })

  it('goes where the mapping says, and nowhere else', async () => {
    await using proxy = await DelayProxy.open(faultyCluster().node(1))
    const outside = new Map([
      [address(0), address(0)],
      [address(1), proxy.address],
    ])
    const map = ({ host, port }: { host: string; port: number }): string | undefined => outside.get(`${host}:${port}`)
    await open(address(0), { discovery: { interval: INTERVAL, map } })
    await until(pool, 'the mapped node is a host', () => up().length === 2)
    await sleep(3 * INTERVAL)
    expect(names()).toEqual([address(0), proxy.address].toSorted())
    await pool.end()
  })

  it('does not believe a node that was cut off from the others', async () => {
    // A plain probe does not notice: such a node still answers, and lists itself alone.
    await open(address(0), { health: { probe: 'plain' } })
    await until(pool, 'all nodes are hosts', () => up().length === 3)
    // Nobody else is asked then.
    pool.hosts.drain(address(1))
    pool.hosts.drain(address(2))
    await faultyCluster().node(0).isolate()
    await faultyCluster()
      .node(0)
      .waitFor(({ wsrep }) => wsrep?.clusterStatus !== 'Primary')
    await sleep(5 * INTERVAL)
    expect(names()).toHaveLength(3)
    await faultyCluster().node(0).rejoin()
    await faultyCluster().node(0).waitFor('synced')
  })
})
