import { describe, expect, it } from 'vitest'

import type { DiscoveryOptions, PoolOptions } from '../config/options.js'
import type { Selector } from '../selectors/selector.js'
import { PoolWorld } from '../testing/pool-world.js'

interface FakeCluster {
  /** Addresses in the order of the group's indexes. */
  listed: readonly string[]
  status: string
}

/** Servers that are members of one Galera cluster; each knows its own address there. */
function cluster(addressOf: (server: string) => string, first: readonly string[]) {
  const village: FakeCluster = { listed: first, status: 'Primary' }
  let looks = 0
  const answer = (sql: string, server: string): readonly (readonly unknown[])[] => {
    if (sql.startsWith('SHOW GLOBAL VARIABLES')) {
      return [
        ['wsrep_on', 'ON'],
        ['wsrep_provider', 'libgalera_smm.so'],
      ]
    }
    if (sql.includes('WSREP_INCOMING_ADDRESSES')) {
      looks += 1
      return [
        ['WSREP_CLUSTER_STATUS', village.status],
        ['WSREP_READY', 'ON'],
        ['WSREP_CLUSTER_SIZE', String(village.listed.length)],
        ['WSREP_LOCAL_INDEX', String(village.listed.indexOf(addressOf(server)))],
        ['WSREP_INCOMING_ADDRESSES', village.listed.join(',')],
      ]
    }
    if (!sql.includes('WSREP_LOCAL_STATE')) return []
    return [
      ['WSREP_LOCAL_STATE', '4'],
      ['WSREP_CLUSTER_STATUS', 'Primary'],
      ['WSREP_READY', 'ON'],
      ['READ_ONLY', '0'],
    ]
  }
  return { village, answer, looks: () => looks }
}

async function begin(options: PoolOptions, first: readonly string[], addressOf = (server: string) => `${server}:3306`) {
  const { village, answer, looks } = cluster(addressOf, first)
  const world = new PoolWorld({ user: 'shop', ...options })
  world.driver.answer = (sql, { name }) => answer(sql, name)
  const { pool, clock } = world
  const warnings: string[] = []
  const events: string[] = []
  pool.on('warning', ({ message }) => warnings.push(message))
  pool.on('hostAdded', ({ host, origin }) => events.push(`${host} added, ${origin}`))
  pool.on('hostRemoved', ({ host, reason }) => events.push(`${host} removed: ${reason}`))
  await world.settled(pool.query('SELECT 1'))
  await clock.flow(1_000)
  const hosts = (): Record<string, string> =>
    Object.fromEntries(pool.status().hosts.map(({ name, state }) => [name, state]))
  return { world, pool, clock, village, warnings, events, hosts, looks }
}

const looking: DiscoveryOptions = { from: 'cluster', interval: 10_000 }

describe('discovery from a cluster', () => {
  it('brings in the members that the configuration does not name', async () => {
    const { hosts, events, pool } = await begin({ host: 'a', discovery: 'cluster' }, ['a:3306', 'b:3306', 'c:3307'])
    expect(hosts()).toEqual({ 'a:3306': 'up', 'b:3306': 'up', 'c:3307': 'up' })
    expect(pool.status().hosts.map(({ origin }) => origin)).toEqual(['configured', 'discovered', 'discovered'])
    expect(events).toEqual(['b:3306 added, discovered', 'c:3307 added, discovered'])
  })

  it('asks nobody anything when it is off', async () => {
    const { hosts, looks, clock } = await begin({ host: 'a' }, ['a:3306', 'b:3306'])
    await clock.flow(120_000)
    expect(looks()).toBe(0)
    expect(hosts()).toEqual({ 'a:3306': 'up' })
  })

  it('looks again at its interval, not more often, and asks each host once who it is', async () => {
    const { looks, clock } = await begin({ host: 'a,b', discovery: looking }, ['a:3306', 'b:3306'])
    expect(looks()).toBe(2)
    await clock.flow(100_000)
    expect(looks()).toBeGreaterThanOrEqual(12)
    expect(looks()).toBeLessThanOrEqual(15)
  })

  it('leaves nothing open between two looks', async () => {
    const { world, clock } = await begin({ host: 'a', discovery: looking, connectionLimit: 1 }, ['a:3306'])
    await clock.flow(5_000)
    // One for the pool, one for the probe.
    expect(world.server('a').open).toBe(2)
  })

  it.each([
    ['connects', 'refuses'],
    ['the login (or shows a certificate for another name)', 'wants another password'],
  ] as const)('sends a newcomer that refuses %s nothing before a probe has found it well', async (_, welcome) => {
    const { world, hosts, village, clock, pool } = await begin({ host: 'a', discovery: looking }, ['a:3306'])
    world.server('b').ways.welcome = welcome
    village.listed = ['a:3306', 'b:3306']
    await clock.flow(12_000)
    expect(hosts()).toEqual({ 'a:3306': 'up', 'b:3306': 'down' })
    const times = await world.reads(10, 1_000)
    expect(Math.max(...times)).toBeLessThan(Infinity)
    expect(pool.status().hosts[1]?.counters.connectsFailed).toBe(0)
    world.server('b').ways.welcome = 'accepts'
    await clock.flow(1_000)
    expect(hosts()).toEqual({ 'a:3306': 'up', 'b:3306': 'up' })
  })

  it('lets a host go that two looks in a row have missed, but not what is checked out of it', async () => {
    const options = { host: 'a', discovery: looking, connectionLimit: 8 }
    const { world, pool, village, clock, hosts, events } = await begin(options, ['a:3306', 'b:3306'])
    await clock.flow(15_000)
    const leases = await world.settled(Promise.all(Array.from({ length: 8 }, () => pool.getConnection())))
    const onB = leases.filter(({ host }) => host === 'b:3306')
    expect(onB.length).toBeGreaterThan(0)
    village.listed = ['a:3306']
    await clock.flow(10_000)
    expect(hosts()).toHaveProperty(['b:3306'], 'up')
    await clock.flow(10_500)
    expect(hosts()).toEqual({ 'a:3306': 'up', 'b:3306': 'draining' })
    expect(events.at(-1)).toBe('b:3306 removed: it is not listed any more')
    await Promise.all(onB.map((lease) => world.settled(lease.query('SELECT 1'))))
    for (const lease of leases) lease.release()
    await clock.flow(1_000)
    expect(hosts()).toEqual({ 'a:3306': 'up' })
    expect(world.server('b').open).toBe(0)
  })

  it('keeps a host that only one look has missed', async () => {
    const { village, clock, hosts } = await begin({ host: 'a', discovery: looking }, ['a:3306', 'b:3306'])
    for (let time = 0; time < 5; time += 1) {
      village.listed = ['a:3306']
      await clock.flow(9_000)
      village.listed = ['a:3306', 'b:3306']
      await clock.flow(9_000)
    }
    expect(hosts()).toEqual({ 'a:3306': 'up', 'b:3306': 'up' })
  })

  it('keeps a configured host that has left: it is down, and used again when it is back', async () => {
    const { world, village, clock, hosts } = await begin({ host: 'a,b', discovery: looking }, ['a:3306', 'b:3306'])
    village.listed = ['a:3306']
    world.server('b').ways.welcome = 'refuses'
    world.server('b').dropAll()
    await clock.flow(60_000)
    expect(hosts()).toEqual({ 'a:3306': 'up', 'b:3306': 'down' })
    world.server('b').ways.welcome = 'accepts'
    await clock.flow(1_000)
    expect(hosts()).toEqual({ 'a:3306': 'up', 'b:3306': 'up' })
  })

  it('believes no node outside the primary component: a partition takes nothing away', async () => {
    const { village, clock, hosts, warnings } = await begin({ host: 'a', discovery: looking }, ['a:3306', 'b:3306'])
    village.status = 'non-Primary'
    village.listed = ['a:3306', 'z:3306']
    await clock.flow(60_000)
    expect(hosts()).toEqual({ 'a:3306': 'up', 'b:3306': 'up' })
    expect(warnings).toEqual([expect.stringMatching(/found no members in its last 3 polls.*primary component/)])
  })

  it('never takes the last host that is up, whatever the list says', async () => {
    const { world, village, clock, hosts } = await begin({ host: 'a', discovery: looking }, ['a:3306', 'b:3306'])
    // The one that is left is asked through another address, and lists somebody whom nobody can reach.
    world.server('a').ways.welcome = 'refuses'
    world.server('a').dropAll()
    world.server('z').ways.welcome = 'refuses'
    village.listed = ['z:3306']
    await clock.flow(60_000)
    expect(hosts()).toEqual({ 'a:3306': 'down', 'b:3306': 'up', 'z:3306': 'down' })
  })

  it('does not bring in a host again under the address that it has inside its cluster', async () => {
    const inside: Record<string, string> = { db1: '10.0.0.1:3306', db2: '10.0.0.2:3306', '10.0.0.3': '10.0.0.3:3306' }
    const members = Object.values(inside)
    const { hosts } = await begin({ host: 'db1,db2', discovery: looking }, members, (server) => inside[server] ?? '')
    expect(hosts()).toEqual({ 'db1:3306': 'up', 'db2:3306': 'up', '10.0.0.3:3306': 'up' })
  })

  it('keeps to that while a host is down and still listed', async () => {
    const inside: Record<string, string> = { db1: '10.0.0.1:3306', db2: '10.0.0.2:3306' }
    const members = Object.values(inside)
    const options = { host: 'db1,db2', discovery: looking }
    const { hosts, clock, world } = await begin(options, members, (server) => inside[server] ?? '')
    world.server('db2').ways.welcome = 'refuses'
    world.server('db2').dropAll()
    await clock.flow(30_000)
    expect(hosts()).toEqual({ 'db1:3306': 'up', 'db2:3306': 'down' })
  })

  it('takes out a second address of a host when that has said who it is', async () => {
    const inside: Record<string, string> = { db1: '10.0.0.1:3306', db3: '10.0.0.3:3306', '10.0.0.3': '10.0.0.3:3306' }
    const options = { host: 'db1,db3', discovery: looking }
    const made = new PoolWorld({ user: 'shop', ...options })
    made.server('db3').ways.welcome = 'refuses'
    const { answer } = cluster((server) => inside[server] ?? '', ['10.0.0.1:3306', '10.0.0.3:3306'])
    made.driver.answer = (sql, { name }) => answer(sql, name)
    await made.settled(made.pool.query('SELECT 1'))
    await made.clock.flow(11_000)
    const names = (): readonly string[] => made.pool.status().hosts.map(({ name }) => name)
    expect(names()).toEqual(['db1:3306', 'db3:3306', '10.0.0.3:3306'])
    made.server('db3').ways.welcome = 'accepts'
    await made.clock.flow(12_000)
    expect(names()).toEqual(['db1:3306', 'db3:3306'])
  })

  it('reaches members where the mapping says, and leaves out those that it does not know', async () => {
    const map: DiscoveryOptions['map'] = ({ host, port }) => {
      if (host === '10.0.0.9') return undefined
      return host === '10.0.0.2'
        ? { host: 'two.example', port, weight: 0, zone: 'east' }
        : `${host.slice(-1)}.example:3399`
    }
    const members = ['10.0.0.1:3306', '10.0.0.2:3307', '10.0.0.3:3306', '10.0.0.9:3306']
    const options: PoolOptions = { host: '1.example:3399', discovery: { ...looking, map } }
    const { pool } = await begin(options, members, () => members[0] ?? '')
    expect(pool.status().hosts).toEqual([
      expect.objectContaining({ name: '1.example:3399', origin: 'configured' }),
      expect.objectContaining({ name: 'two.example:3307', origin: 'discovered', zone: 'east' }),
      expect.objectContaining({ name: '3.example:3399', origin: 'discovered', zone: undefined }),
    ])
  })

  it.each([
    [
      'is async and rejects',
      () => Promise.reject(new Error('away')),
      'it answered a promise, and has to answer at once',
    ],
    ['is async', () => Promise.resolve('b'), 'it answered a promise, and has to answer at once'],
    ['answers null', () => null, /got null; expected a string such as 'db1:3307', or an object/],
    ['answers a number', () => 42, /got 42; expected a string such as 'db1:3307', or an object/],
  ])('says once when the mapping %s, and goes on with the hosts it has', async (_what, map, said) => {
    const options: PoolOptions = { host: 'a', discovery: { ...looking, map: map as never } }
    const { clock, hosts, warnings } = await begin(options, ['a:3306', 'b:3306'])
    await clock.flow(5_000)
    expect(Object.keys(hosts())).toEqual(['a:3306'])
    const aboutB = warnings.filter((warning) =>
      warning.startsWith('Discovery left b:3306 as it was. discovery.map failed'),
    )
    expect(aboutB).toEqual([expect.stringMatching(said)])
  })

  it('says once when the mapping fails, and then takes nobody out', async () => {
    let broken = false
    const map = ({ host }: { host: string }): string => {
      if (broken && host === 'b') throw new Error('no such table')
      return host
    }
    const options: PoolOptions = { host: 'a', discovery: { ...looking, map } }
    const { village, clock, hosts, warnings } = await begin(options, ['a:3306', 'b:3306', 'c:3306'])
    broken = true
    village.listed = ['a:3306', 'b:3306']
    await clock.flow(60_000)
    expect(Object.keys(hosts())).toEqual(['a:3306', 'b:3306', 'c:3306'])
    expect(warnings).toEqual(['Discovery left b:3306 as it was. discovery.map failed: no such table'])
  })

  it('says once which members have no usable address, with the remedy', async () => {
    const { warnings, clock, hosts } = await begin({ host: 'a', discovery: looking }, [
      'a:3306',
      'AUTO',
      '127.0.0.1:3306',
    ])
    await clock.flow(60_000)
    expect(warnings).toEqual([
      expect.stringMatching(/cannot use 'AUTO', '127.0.0.1:3306'.*wsrep_node_incoming_address/),
    ])
    expect(Object.keys(hosts())).toEqual(['a:3306'])
  })

  it('leaves alone what the operator has removed, until it has left the cluster', async () => {
    const { pool, village, clock, hosts } = await begin({ host: 'a', discovery: looking }, ['a:3306', 'b:3306'])
    pool.hosts.remove('b:3306')
    await clock.flow(30_000)
    expect(Object.keys(hosts())).toEqual(['a:3306'])
    village.listed = ['a:3306']
    await clock.flow(30_000)
    village.listed = ['a:3306', 'b:3306']
    await clock.flow(12_000)
    expect(Object.keys(hosts())).toEqual(['a:3306', 'b:3306'])
  })

  it('leaves alone what the operator has added', async () => {
    const { pool, clock, hosts } = await begin({ host: 'a', discovery: looking }, ['a:3306'])
    pool.hosts.add('x')
    await clock.flow(60_000)
    expect(Object.keys(hosts())).toEqual(['a:3306', 'x:3306'])
  })

  it('says once when there is no cluster', async () => {
    const world = new PoolWorld({ host: 'a', discovery: looking })
    world.driver.answer = () => []
    const warnings: string[] = []
    world.pool.on('warning', ({ message }) => warnings.push(message))
    await world.settled(world.pool.query('SELECT 1'))
    await world.clock.flow(60_000)
    expect(warnings).toEqual([expect.stringMatching(/a:3306.*neither a Galera node nor a member of a MySQL group/)])
  })

  it('says which privilege is missing', async () => {
    const world = new PoolWorld({ host: 'a', user: 'shop', discovery: looking, health: { probe: 'plain' } })
    world.driver.answer = (sql) => {
      if (sql.startsWith('SHOW GLOBAL VARIABLES')) return [['group_replication_group_name', 'aaaa']]
      if (sql.includes('READ_ONLY')) return [['READ_ONLY', 0]]
      if (!sql.includes('replication_group_members')) return []
      return Object.assign(new Error("SELECT command denied to user 'shop'"), { errno: 1142 })
    }
    const warnings: string[] = []
    world.pool.on('warning', ({ message }) => warnings.push(message))
    await world.settled(world.pool.query('SELECT 1'))
    await world.clock.flow(60_000)
    expect(warnings).toEqual([
      expect.stringContaining('SELECT ON performance_schema.replication_group_members, or set discovery to false'),
    ])
  })

  it('is not held up by a server that hangs, and asks the next', async () => {
    const { world, village, clock, hosts } = await begin({ host: 'a,b', discovery: looking }, ['a:3306', 'b:3306'])
    world.server('a').freeze()
    village.listed = ['a:3306', 'b:3306', 'c:3306']
    await clock.flow(15_000)
    expect(hosts()).toMatchObject({ 'a:3306': 'down', 'c:3306': 'up' })
  })

  it('adds hosts at once where nobody probes them', async () => {
    const options: PoolOptions = { host: 'a', discovery: looking, health: { probe: false } }
    const { hosts } = await begin(options, ['a:3306', 'b:3306'])
    expect(hosts()).toEqual({ 'a:3306': 'up', 'b:3306': 'unknown' })
  })

  it('puts newcomers behind those that were put in an order', async () => {
    const ranks: Record<string, number> = {}
    const selector: Selector = ({ hosts }) => {
      for (const { name, priority } of hosts) ranks[name] = priority
      return undefined
    }
    const host = [
      { host: 'a', priority: 10 },
      { host: 'b', priority: 5 },
    ]
    const { world, pool, clock } = await begin({ host, selector, discovery: looking }, ['a:3306', 'b:3306', 'c:3306'])
    await clock.flow(15_000)
    await world.settled(Promise.all(Array.from({ length: 4 }, () => pool.query('SELECT 1'))))
    expect(ranks).toEqual({ 'a:3306': 10, 'b:3306': 5, 'c:3306': 11 })
  })

  it('takes a list that is far too long for a mistake', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `h${index}:3306`)
    const { hosts, warnings } = await begin({ host: 'h0', discovery: looking }, many)
    expect(Object.keys(hosts())).toEqual(['h0:3306'])
    expect(warnings).toEqual([expect.stringContaining('found 200 hosts')])
  })

  it('ends with the pool, also in the middle of a look, and leaves no timer', async () => {
    const { world, pool, clock, looks } = await begin({ host: 'a', discovery: looking }, ['a:3306'])
    world.server('a').freeze()
    await clock.flow(9_500)
    world.server('a').thaw()
    await world.settled(pool.end())
    const asked = looks()
    await clock.flow(60_000)
    expect(looks()).toBe(asked)
    expect(clock.pending).toBe(0)
    expect(world.server('a').open).toBe(0)
  })
})
