import { describe, expect, it } from 'vitest'

import { cluster } from '../testing/fake-cluster.js'
import { type Answer, healthyNode } from '../testing/fake-driver.js'

type Given = Awaited<ReturnType<typeof cluster>>

/** The nodes named are servers on their own: with Galera switched off, or without its provider. */
function outside(...names: readonly string[]): Answer {
  return (sql, server) => {
    if (!names.includes(server.name)) return withCluster(sql, server)
    if (sql.startsWith('SHOW GLOBAL VARIABLES')) return [['wsrep_on', 'OFF']]
    return sql.includes('WSREP_LOCAL_STATE') ? [['WSREP_ON', 'OFF']] : healthyNode(sql, server)
  }
}

const withCluster: Answer = (sql, server) => {
  const rows = healthyNode(sql, server)
  if (rows instanceof Error || !sql.includes('WSREP_LOCAL_STATE')) return rows
  return [...rows, ['WSREP_CLUSTER_STATE_UUID', 'x'], ['WSREP_CLUSTER_CONF_ID', '3']]
}

function release({ held }: Given): void {
  for (const lease of held) lease.release()
}

describe('a node that goes on outside its cluster', () => {
  it('is not used, by writes or by reads, and a warning says what to do', async () => {
    const given = await cluster()
    const { pool, driver, clock, server, stateOf } = given
    const warnings: string[] = []
    pool.on('warning', ({ message }) => warnings.push(message))
    release(given)
    driver.answer = withCluster
    await clock.flow(3_000)
    driver.answer = outside('c')
    server('c').dropAll()
    await clock.flow(3_000)
    expect(stateOf('c')).toBe('down')
    expect(warnings).toEqual([
      "c:3306: it belongs to no cluster, and it belonged to the Galera cluster x. It is not used until it is back, or pool.hosts.accept('c:3306') says that this is as it should be",
    ])
    driver.answer = withCluster
    await clock.flow(1_000)
    expect(stateOf('c')).toBe('up')
  })

  it('is used again when the operator says so', async () => {
    const given = await cluster()
    const { pool, driver, clock, server, stateOf } = given
    release(given)
    driver.answer = withCluster
    await clock.flow(3_000)
    driver.answer = outside('c')
    server('c').dropAll()
    await clock.flow(3_000)
    expect(stateOf('c')).toBe('down')
    pool.hosts.accept('c:3306')
    await clock.flow(100)
    expect(stateOf('c')).toBe('up')
    await clock.flow(10_000)
    expect(stateOf('c')).toBe('up')
  })

  it('is found out when the pool has never seen it otherwise, too', async () => {
    const given = await cluster()
    const { driver, clock, server, stateOf } = given
    release(given)
    driver.answer = outside('c')
    for (const name of ['a', 'b', 'c']) server(name).dropAll()
    await clock.flow(3_000)
    expect([stateOf('a'), stateOf('b'), stateOf('c')]).toEqual(['up', 'up', 'down'])
  })

  it('with Galera switched off is found out over the old connection of the probe, too', async () => {
    const given = await cluster()
    const { driver, clock, stateOf } = given
    release(given)
    driver.answer = outside('c')
    await clock.flow(3_000)
    expect(stateOf('c')).toBe('down')
  })
})
