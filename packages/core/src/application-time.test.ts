import { describe, expect, it } from 'vitest'

import type { AuthPlugin, PoolOptions } from './config/options.js'
import { resolveConfig } from './config/pool-config.js'
import { watchedPlugins } from './driver/mysql2/watched-plugins.js'
import { Hostpool } from './hostpool.js'
import { outcome } from './testing/fake-cluster.js'
import { FakeDriver } from './testing/fake-driver.js'
import { FakeServer } from './testing/fake-server.js'
import { VirtualClock } from './testing/virtual-clock.js'

/** A pool of three hosts that are well; what is told of hosts that are not, and when each server was first connected to. */
function world(options: (clock: VirtualClock) => Partial<PoolOptions>) {
  const clock = new VirtualClock()
  const servers = new Map(['a', 'b', 'c'].map((name) => [name, new FakeServer(name, clock)]))
  const driver = new FakeDriver((name) => servers.get(name) ?? new FakeServer(name, clock))
  const config = resolveConfig({ host: 'a,b,c', user: 'shop', ...options(clock) })
  const pool = new Hostpool(config, { clock, random: () => 0.5, driver })
  const trouble: string[] = []
  pool.on('hostDown', ({ host, reason }) => trouble.push(`${host} down: ${reason}`))
  pool.on('hostSuspect', ({ host, reason }) => trouble.push(`${host} suspect: ${reason}`))
  return { pool, clock, servers, trouble }
}

const late = (clock: VirtualClock, milliseconds: number) => (): Promise<string> =>
  new Promise((resolve) => clock.after(milliseconds, () => resolve('secret')))

describe("time in the application's own code", () => {
  it.each([
    ['the password function', (clock: VirtualClock) => ({ password: late(clock, 3000) })],
    [
      'onConnect',
      (clock: VirtualClock) => ({
        onConnect: () => late(clock, 3000)().then(() => undefined),
        health: { timeout: 500 },
      }),
    ],
  ])('is not the host’s: %s takes three seconds, callers are served, and no host is in doubt', async (_, options) => {
    const { pool, clock, trouble } = world(options)
    const served = [outcome(pool.query('SELECT 1')), outcome(pool.query('SELECT 1'))]
    await clock.flow(4000)
    expect(served).toEqual([{ value: 'answered' }, { value: 'answered' }])
    expect(trouble).toEqual([])
    expect(pool.status().hosts.map(({ latency }) => latency)).not.toContain(3000)
    await clock.flow(20_000)
    expect(trouble).toEqual([])
  })

  it('is asked for once by all connects and probes of a moment', async () => {
    let calls = 0
    const { pool, clock } = world((clock) => ({
      connectionLimit: 12,
      maxConnecting: 4,
      password: () => {
        calls += 1
        return late(clock, 1500)()
      },
    }))
    const served = Array.from({ length: 12 }, () => outcome(pool.query('SELECT 1')))
    await clock.flow(1600)
    expect(served.every(({ value }) => value === 'answered')).toBe(true)
    expect(calls).toBe(1)
  })

  it('counts against connectTimeout: the error names the function, no host is blamed, and none is tried after the other', async () => {
    const { pool, clock, trouble } = world(() => ({
      password: () => new Promise<string>(() => undefined),
      connectTimeout: 700,
    }))
    const seen = outcome(pool.query('SELECT 1'))
    await clock.flow(699)
    expect(seen.value).toBeUndefined()
    await clock.flow(2)
    expect(seen.value).toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: expect.stringMatching(/connectTimeout \(700 ms\): the password function has not answered yet$/),
    })
    await clock.flow(20_000)
    expect(trouble).toEqual([])
  })

  it('that leaves a server too little of connectTimeout is named, too', async () => {
    const { pool, clock, servers } = world((clock) => ({ password: late(clock, 900), connectTimeout: 1000 }))
    for (const server of servers.values()) server.ways.handshakeTime = 200
    const seen = outcome(pool.query('SELECT 1'))
    await clock.flow(1001)
    expect(seen.value).toMatchObject({
      message: expect.stringMatching(/connectTimeout \(1000 ms\): the password function took 900 ms of them$/),
    })
  })

  it.each([
    ['throws', () => Promise.reject(new Error('the vault is sealed')), /password function failed: the vault is sealed/],
    ['answers no string', () => Promise.resolve(undefined as unknown as string), /password function answered nothing/],
  ])('a password function that %s is asked once for a caller, not once per host', async (_, password, message) => {
    let calls = 0
    const { pool, clock, trouble } = world(() => ({
      health: { probe: false },
      password: () => {
        calls += 1
        return password()
      },
    }))
    const seen = outcome(pool.query('SELECT 1'))
    await clock.flow(100)
    expect(seen.value).toMatchObject({ code: 'ERR_HOSTPOOL_CONFIG', message: expect.stringMatching(message) })
    expect(calls).toBe(1)
    expect(trouble).toEqual([])
  })

  it('does not make a host that cannot be asked look well', async () => {
    let broken = false
    const { pool, clock, servers } = world(() => ({
      host: 'a',
      password: () => {
        if (broken) throw new Error('the vault is sealed')
        return 'secret'
      },
    }))
    const seen = outcome(pool.query('SELECT 1'))
    await clock.flow(100)
    expect(seen.value).toBe('answered')
    const server = servers.get('a')
    if (server === undefined) throw new Error('There is no a')
    server.ways.welcome = 'refuses'
    server.dropAll()
    await clock.flow(1000)
    expect(pool.status().hosts[0]?.state).toBe('down')
    broken = true
    server.ways.welcome = 'accepts'
    await clock.flow(3000)
    expect(pool.status().hosts[0]).toMatchObject({
      state: 'down',
      reason: 'not probed: The password function failed: the vault is sealed',
    })
    broken = false
    await clock.flow(3000)
    expect(pool.status().hosts[0]?.state).toBe('up')
  })

  it('after a session’s reset says nothing about the host', async () => {
    let slow = 0
    const { pool, clock, trouble } = world((clock) => ({
      host: 'a',
      resetOnRelease: true,
      health: { probe: 'plain' },
      onConnect: () => late(clock, slow)().then(() => undefined),
    }))
    const first = outcome(pool.query('SELECT 1'))
    await clock.flow(100)
    slow = 3000
    const second = outcome(pool.query('SELECT 1'))
    await clock.flow(10_000)
    expect([first.value, second.value]).toEqual(['answered', 'answered'])
    expect(trouble).toEqual([])
  })
})

describe('an authentication plugin', () => {
  it('tells when it is at work, and its failure names the option', async () => {
    const told: (string | undefined)[] = []
    const given: Record<string, AuthPlugin> = {
      token: () => async (data: Buffer) => `token for ${data.toString()}`,
      broken: () => () => {
        throw new Error('no token')
      },
    }
    const plugins = watchedPlugins(given, (what) => told.push(what))
    const context = undefined as never
    await expect(plugins['token']?.(context)(Buffer.from('a'))).resolves.toBe('token for a')
    await expect(plugins['broken']?.(context)(Buffer.from('a'))).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: 'The function authPlugins.broken failed: no token',
    })
    expect(told).toEqual(['the function authPlugins.token', undefined, 'the function authPlugins.broken', undefined])
  })
})
