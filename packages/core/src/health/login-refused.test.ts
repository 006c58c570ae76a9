import { describe, expect, it } from 'vitest'

import type { PoolOptions } from '../config/options.js'
import { cluster, outcome } from '../simulation/fake-cluster.js'
import type { Answer } from '../simulation/fake-driver.js'
import type { Welcome } from '../simulation/fake-server.js'

const WRITE = 'INSERT INTO t VALUES (1)'

/** How a server among a source and its replicas, or on its own, is set. */
interface Setting {
  readonly readOnly?: boolean
  readonly wsrep?: 'x' | 'none'
  readonly primary?: boolean
}

/** A pool over servers, each of which says what it is; they can change it. The pool has seen all of them as they are at first. */
async function watched(settings: Record<string, Setting>, options: Partial<PoolOptions> = {}) {
  const names = Object.keys(settings)
  const world = await cluster({ host: names, ...options })
  const wrote: string[] = []
  const answer: Answer = (sql, { name }) => {
    const { readOnly = false, wsrep, primary = true } = settings[name] ?? {}
    if (sql === WRITE) wrote.push(name)
    if (sql.startsWith('SHOW GLOBAL VARIABLES')) {
      const galera = [
        ['wsrep_on', wsrep === 'none' ? 'OFF' : 'ON'],
        ['wsrep_provider', 'libgalera_smm.so'],
      ]
      return [['server_id', String(names.indexOf(name) + 1)], ...(wsrep === undefined ? [] : galera)]
    }
    if (sql.startsWith("SELECT 'READ_ONLY'")) return [['READ_ONLY', readOnly ? 1 : 0]]
    if (!sql.includes('WSREP_LOCAL_STATE')) return []
    return [
      ['WSREP_LOCAL_STATE', '4'],
      ['WSREP_CLUSTER_STATUS', primary ? 'Primary' : 'non-Primary'],
      ['WSREP_READY', primary ? 'ON' : 'OFF'],
      ['WSREP_ON', wsrep === 'none' ? 'OFF' : 'ON'],
      ['WSREP_CLUSTER_STATE_UUID', wsrep ?? ''],
      ['READ_ONLY', readOnly ? 1 : 0],
    ]
  }
  world.driver.answer = answer
  for (const lease of world.held) lease.release()
  for (const name of names) world.server(name).dropAll()
  await world.clock.flow(5_000)
  wrote.length = 0
  const meet = (name: string, welcome: Welcome): void => {
    world.server(name).ways.welcome = welcome
    world.server(name).dropAll()
  }
  const write = async (time = 100): Promise<unknown> => {
    const seen = outcome(world.pool.query(WRITE))
    await world.clock.flow(time)
    return seen.value
  }
  const hostOf = (name: string) => world.pool.status().hosts.find(({ name: host }) => host.startsWith(name))
  return { ...world, settings, wrote, meet, write, hostOf }
}

const CLUSTER: Record<string, Setting> = { a: { wsrep: 'x' }, b: { wsrep: 'x' }, c: { wsrep: 'x' } }
const SOURCE: Record<string, Setting> = { a: {}, b: { readOnly: true } }

describe.each(['wants another password', 'has no room', 'has no such database'] as const)(
  'a host whose server %s',
  (welcome) => {
    it.each<[string, Setting, RegExp]>([
      ['outside its cluster', { wsrep: 'none' }, /belongs to no cluster|wsrep_on is off/],
      ['outside the primary component', { wsrep: 'x', primary: false }, /not in the primary component/],
    ])('stays down when it was %s, and says both', async (_, setting, reason) => {
      const { settings, clock, meet, hostOf, write, wrote } = await watched({ ...CLUSTER })
      settings['c'] = setting
      await clock.flow(3_000)
      expect(hostOf('c')).toMatchObject({ state: 'down' })
      meet('c', welcome)
      await clock.flow(3_000)
      expect(hostOf('c')?.reason).toMatch(reason)
      expect(hostOf('c')?.reason).toContain(`not probed: ${welcome}`)
      for (let time = 0; time < 10; time += 1) expect(await write()).toBe('answered')
      expect(hostOf('c')).toMatchObject({ state: 'down' })
      expect(wrote).not.toContain('c')
    })

    it('stays down also when its process was away between the bad word and the refusal', async () => {
      const { settings, clock, meet, hostOf } = await watched({ ...CLUSTER })
      settings['c'] = { wsrep: 'none' }
      await clock.flow(3_000)
      meet('c', 'refuses')
      await clock.flow(2_000)
      expect(hostOf('c')?.reason).toBe('refuses')
      meet('c', welcome)
      await clock.flow(2_000)
      expect(hostOf('c')).toMatchObject({ state: 'down' })
      settings['c'] = { wsrep: 'x' }
      meet('c', 'accepts')
      await clock.flow(1_000)
      expect(hostOf('c')).toMatchObject({ state: 'up', reason: '' })
    })

    it('takes no writes when it took none before it broke', async () => {
      const { meet, clock, hostOf } = await watched({ ...SOURCE })
      meet('b', 'refuses')
      await clock.flow(1_000)
      meet('b', welcome)
      await clock.flow(1_000)
      expect(hostOf('b')).toMatchObject({ state: 'suspect', writable: false })
    })

    it.each(['was away', 'lost its connections'])(
      'gets no writes after it %s while another host serves, though that only reads',
      async (what) => {
        const { meet, clock, hostOf, write, pool, wrote, server } = await watched({ ...SOURCE })
        if (what === 'was away') {
          meet('a', 'refuses')
          await clock.flow(2_000)
        }
        meet('a', welcome)
        await clock.flow(2_000)
        expect(hostOf('a')).toMatchObject({ state: 'suspect', writable: true, reason: `not probed: ${welcome}` })
        const written = outcome(pool.query(WRITE))
        await clock.flow(1_000)
        expect(written.value).toBeUndefined()
        // Connections are let in before the next probe is: still nothing is known of it.
        server('a').ways.welcome = 'accepts'
        expect(await write(0)).toBeUndefined()
        expect(wrote).toEqual([])
        await clock.flow(1_000)
        expect(hostOf('a')).toMatchObject({ state: 'up', reason: '' })
        expect(written.value).toBe('answered')
      },
    )

    it('is used as it was when nothing broke but the login of new connections', async () => {
      const { server, clock, hostOf, write, pool } = await watched({ ...SOURCE })
      await Promise.all([write(), pool.query('SELECT 1')])
      for (const name of ['a', 'b']) server(name).ways.welcome = welcome
      for (let time = 0; time < 13; time += 1) {
        await clock.flow(5_000)
        expect(await write()).toBe('answered')
        expect(hostOf('a')).toMatchObject({ state: 'up', writable: true })
        expect(hostOf('b')).toMatchObject({ state: 'up', writable: false })
      }
    })
  },
)

describe('a pool whose only host refuses the login', () => {
  it('tells its callers the server’s own words, when it was away', async () => {
    const { meet, clock, write, pool } = await watched({ a: {} })
    meet('a', 'refuses')
    await clock.flow(2_000)
    meet('a', 'wants another password')
    await clock.flow(1_000)
    expect(await write(3_000)).toMatchObject({ errno: 1045 })
    const read = outcome(pool.query('SELECT 1'))
    await clock.flow(3_000)
    expect(read.value).toMatchObject({ errno: 1045 })
    meet('a', 'accepts')
    await clock.flow(1_000)
    expect(await write()).toBe('answered')
  })

  it('tells them also when the host was outside its cluster before, and sends nothing there', async () => {
    const { settings, meet, clock, write, wrote, hostOf } = await watched({ a: { wsrep: 'x' } })
    settings['a'] = { wsrep: 'none' }
    await clock.flow(3_000)
    expect(await write()).toMatchObject({ code: 'ERR_HOSTPOOL_NO_HOST' })
    meet('a', 'wants another password')
    await clock.flow(1_000)
    expect(await write()).toMatchObject({ errno: 1045 })
    settings['a'] = { wsrep: 'x' }
    meet('a', 'accepts')
    expect(wrote).toEqual([])
    await clock.flow(1_000)
    expect(hostOf('a')).toMatchObject({ state: 'up' })
    expect(await write()).toBe('answered')
  })

  it('lets them wait while it has no room, and serves them when it has', async () => {
    const { meet, clock, pool } = await watched({ a: {} })
    meet('a', 'refuses')
    await clock.flow(2_000)
    meet('a', 'has no room')
    await clock.flow(1_000)
    const written = outcome(pool.query(WRITE))
    await clock.flow(2_000)
    expect(written.value).toBeUndefined()
    meet('a', 'accepts')
    await clock.flow(2_000)
    expect(written.value).toBe('answered')
  })

  it('sends nothing there before the host has said what it is, also when connections are let in first', async () => {
    const { settings, meet, clock, pool, wrote, server } = await watched({ a: { wsrep: 'x' } })
    meet('a', 'refuses')
    await clock.flow(2_000)
    meet('a', 'has no room')
    settings['a'] = { wsrep: 'none' }
    await clock.flow(1_000)
    const written = outcome(pool.query(WRITE))
    server('a').ways.welcome = 'accepts'
    await clock.flow(3_000)
    expect(wrote).toEqual([])
    expect(written.value).toMatchObject({ code: 'ERR_HOSTPOOL_NO_HOST' })
  })

  it('goes on with the connections that are left', async () => {
    const { server, clock, write, hostOf, pool } = await watched({ a: {} })
    server('a').dropAll()
    await clock.flow(1_000)
    server('a').muteAll()
    expect(await write()).toBe('answered')
    server('a').ways.welcome = 'has no room'
    await clock.flow(5_000)
    expect(hostOf('a')).toMatchObject({ state: 'suspect', reason: 'not probed: has no room' })
    expect(await write()).toBe('answered')
    expect(pool.status().idle).toBe(1)
    server('a').ways.welcome = 'accepts'
    await clock.flow(1_000)
    expect(hostOf('a')).toMatchObject({ state: 'up', reason: '' })
  })

  it('without probes is used again when it lets the next one in', async () => {
    const { meet, clock, write, hostOf } = await watched({ a: {} }, { health: { probe: false } })
    meet('a', 'refuses')
    expect(await write(50)).not.toBe('answered')
    meet('a', 'wants another password')
    await clock.flow(3_000)
    expect(await write(2_000)).toMatchObject({ errno: 1045 })
    meet('a', 'accepts')
    await clock.flow(3_000)
    expect(hostOf('a')).toMatchObject({ state: 'up' })
    expect(await write()).toBe('answered')
  })
})

describe('a host that lets no probe in beside one that serves', () => {
  it('gives up its idle connections: they may be what keeps the probe out', async () => {
    const { server, clock, write, hostOf, pool } = await watched({ a: {}, b: { readOnly: true } })
    server('a').dropAll()
    await clock.flow(1_000)
    server('a').muteAll()
    expect(await write()).toBe('answered')
    server('a').ways.welcome = 'has no room'
    const reasons: string[] = []
    pool.on('connectionClosed', ({ reason }) => reasons.push(reason))
    await clock.flow(5_000)
    expect(hostOf('a')).toMatchObject({ state: 'suspect' })
    expect(reasons).toEqual(['login refused'])
    server('a').ways.welcome = 'accepts'
    await clock.flow(1_000)
    expect(await write()).toBe('answered')
  })
})

describe('hosts that all were away, and all refuse the login', () => {
  it('tell the callers so', async () => {
    const { meet, clock, write } = await watched({ ...CLUSTER })
    for (const name of ['a', 'b', 'c']) meet(name, 'refuses')
    await clock.flow(2_000)
    for (const name of ['a', 'b', 'c']) meet(name, 'wants another password')
    await clock.flow(1_000)
    expect(await write(3_000)).toMatchObject({ errno: 1045 })
  })
})
