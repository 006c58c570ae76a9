import { describe, expect, it } from 'vitest'

import type { DiscoveryOptions, PoolOptions } from '../config/options.js'
import { PoolWorld } from '../testing/pool-world.js'

/** A name server whose answers can be changed. */
function names(first: Readonly<Record<string, readonly string[] | Error>>) {
  const book = new Map(Object.entries(first))
  return {
    book,
    lookup: async (name: string): Promise<readonly string[]> => {
      const found = book.get(name)
      if (Array.isArray(found)) return found
      throw found ?? new Error(`getaddrinfo ENOTFOUND ${name}`)
    },
  }
}

async function beginWithNames(options: PoolOptions, first: Readonly<Record<string, readonly string[] | Error>>) {
  const { book, lookup } = names(first)
  const world = new PoolWorld({ user: 'shop', ...options }, 1, undefined, lookup)
  const { pool, clock } = world
  const warnings: string[] = []
  pool.on('warning', ({ message }) => warnings.push(message))
  await world.settled(pool.query('SELECT 1'))
  await clock.flow(1_000)
  const hosts = (): readonly string[] => pool.status().hosts.map(({ name, state }) => `${name} ${state}`)
  return { world, pool, clock, book, warnings, hosts }
}

const resolving: DiscoveryOptions = { from: 'dns', interval: 10_000 }

describe('discovery from DNS', () => {
  it('puts every address behind a name in place of the name, with its settings', async () => {
    const host = [{ host: 'db', port: 3310, weight: 2, zone: 'east' }, '10.1.1.1']
    const { pool } = await beginWithNames({ host, discovery: 'dns' }, { db: ['10.0.0.1', '10.0.0.2'] })
    expect(pool.status().hosts).toEqual([
      expect.objectContaining({ name: '10.1.1.1:3306', origin: 'configured', weight: 1 }),
      expect.objectContaining({ name: '10.0.0.1:3310', origin: 'discovered', weight: 2, zone: 'east' }),
      expect.objectContaining({ name: '10.0.0.2:3310', origin: 'discovered', weight: 2, zone: 'east' }),
    ])
  })

  it('checks certificates against the name, not the address', async () => {
    const { world, clock } = await beginWithNames({ host: 'db', discovery: 'dns' }, { db: ['10.0.0.1'] })
    await clock.flow(5_000)
    expect(world.driver.servernames.get('10.0.0.1')).toBe('db')
  })

  it('fails no request while the name gives way to its addresses', async () => {
    const { lookup } = names({ db: ['10.0.0.1', '10.0.0.2'] })
    const world = new PoolWorld({ host: 'db', user: 'shop', discovery: resolving }, 1, undefined, lookup)
    const times = await world.reads(2, 500)
    expect(times.filter((time) => time === Infinity)).toEqual([])
  })

  it('takes one family of addresses: a server that has both is one host', async () => {
    const answers = { db: ['fd00::1', '10.0.0.1'], six: ['fd00::2'] }
    const { hosts } = await beginWithNames({ host: 'db,six', discovery: 'dns' }, answers)
    expect(hosts()).toEqual(['10.0.0.1:3306 up', '[fd00::2]:3306 up'])
  })

  it('follows changes: a new address is probed first, one that is gone twice is let go', async () => {
    const { hosts, book, clock } = await beginWithNames(
      { host: 'db', discovery: resolving },
      { db: ['10.0.0.1', '10.0.0.2'] },
    )
    book.set('db', ['10.0.0.2', '10.0.0.3'])
    await clock.flow(11_000)
    expect(hosts()).toEqual(['10.0.0.1:3306 up', '10.0.0.2:3306 up', '10.0.0.3:3306 up'])
    await clock.flow(11_000)
    expect(hosts()).toEqual(['10.0.0.2:3306 up', '10.0.0.3:3306 up'])
  })

  it.each<[string, readonly string[] | Error]>([
    ['an empty answer', []],
    ['an error', new Error('getaddrinfo EAI_AGAIN db')],
  ])('keeps the last addresses on %s, and says so once until it is over', async (_, answer) => {
    const { hosts, book, clock, warnings } = await beginWithNames(
      { host: 'db', discovery: resolving },
      { db: ['10.0.0.1'] },
    )
    book.set('db', answer)
    await clock.flow(60_000)
    expect(hosts()).toEqual(['10.0.0.1:3306 up'])
    expect(warnings).toEqual([expect.stringMatching(/cannot look up db.*goes on with its last addresses/)])
    book.set('db', ['10.0.0.1'])
    await clock.flow(12_000)
    book.set('db', answer)
    await clock.flow(12_000)
    expect(warnings).toHaveLength(2)
  })

  it('goes on with the name until that is answered', async () => {
    const { hosts, book, clock, warnings } = await beginWithNames({ host: 'db', discovery: resolving }, {})
    await clock.flow(12_000)
    expect(hosts()).toEqual(['db:3306 up'])
    expect(warnings).toEqual([expect.stringMatching(/cannot look up db.*goes on with the name/)])
    book.set('db', ['10.0.0.1'])
    await clock.flow(12_000)
    expect(hosts()).toEqual(['10.0.0.1:3306 up'])
  })

  it('does not wait for ever for a resolver that is silent', async () => {
    const lookup = (): Promise<readonly string[]> => new Promise(() => {})
    const world = new PoolWorld({ host: 'db', user: 'shop', discovery: resolving }, 1, undefined, lookup)
    const warnings: string[] = []
    world.pool.on('warning', ({ message }) => warnings.push(message))
    await world.settled(world.pool.query('SELECT 1'))
    await world.clock.flow(60_000)
    expect(warnings).toEqual([expect.stringContaining('no answer within 5000 ms')])
  })

  it('does not give up the last addresses that work for new ones that do not', async () => {
    const { world, hosts, book, clock } = await beginWithNames(
      { host: 'db', discovery: resolving },
      { db: ['10.0.0.1'] },
    )
    world.server('10.0.0.9').ways.welcome = 'refuses'
    book.set('db', ['10.0.0.9'])
    await clock.flow(60_000)
    expect(hosts()).toEqual(['10.0.0.1:3306 up', '10.0.0.9:3306 down'])
    world.server('10.0.0.9').ways.welcome = 'accepts'
    await clock.flow(12_000)
    expect(hosts()).toEqual(['10.0.0.9:3306 up'])
  })
})
