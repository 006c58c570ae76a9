import { isIPv6 } from 'node:net'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isHostpoolError } from '../errors/hostpool-error.js'
import type { HostOptions, PoolOptions } from './options.js'
import { resolveConfig } from './pool-config.js'

function namesOf(host: PoolOptions['host'], rest: PoolOptions = {}): string[] {
  return resolveConfig({ ...rest, host }).hosts.map(({ name }) => name)
}

function problemsOf(host: PoolOptions['host']): string[] {
  try {
    resolveConfig({ host })
  } catch (error) {
    if (!isHostpoolError(error)) throw error
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  }
  return []
}

describe('the host list', () => {
  it('seed row 1: takes one comma string, and an array', () => {
    const expected = ['server1:3306', 'server2:3306', 'server3:3306']
    expect(namesOf('server1,server2,server3')).toEqual(expected)
    expect(namesOf(['server1', 'server2', 'server3'])).toEqual(expected)
    expect(namesOf([{ host: 'server1' }, 'server2', { host: 'server3' }])).toEqual(expected)
  })

  it('seed row 2: one port for all hosts that name none, and localhost when there is no host', () => {
    expect(namesOf('a,b:3307,c', { port: 3400 })).toEqual(['a:3400', 'b:3307', 'c:3400'])
    expect(namesOf([{ host: 'a' }, { host: 'b', port: 3307 }], { port: 3400 })).toEqual(['a:3400', 'b:3307'])
    expect(namesOf(undefined)).toEqual(['localhost:3306'])
    expect(namesOf(undefined, { port: 3400 })).toEqual(['localhost:3400'])
  })

  it('seed bug 6: keeps no blanks in host names', () => {
    expect(resolveConfig({ host: ' a, b ,\tc:3307\n' }).hosts.map(({ host }) => host)).toEqual(['a', 'b', 'c'])
    expect(namesOf([' a ', { host: ' b ' }])).toEqual(['a:3306', 'b:3306'])
  })

  it.each([
    ['db1', 'db1', 3306, 'db1:3306'],
    ['db1:3307', 'db1', 3307, 'db1:3307'],
    ['10.0.0.1:1', '10.0.0.1', 1, '10.0.0.1:1'],
    ['my_service.local:65535', 'my_service.local', 65_535, 'my_service.local:65535'],
    ['[fd00::3]', 'fd00::3', 3306, '[fd00::3]:3306'],
    ['[::1]:3307', '::1', 3307, '[::1]:3307'],
    ['::1', '::1', 3306, '[::1]:3306'],
    ['fe80::1%eth0', 'fe80::1%eth0', 3306, '[fe80::1%eth0]:3306'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1', 3306, '[::ffff:10.0.0.1]:3306'],
  ])('reads %s', (written, host, port, name) => {
    expect(resolveConfig({ host: written }).hosts).toEqual([expect.objectContaining({ host, port, name })])
    expect(resolveConfig({ host: [written] }).hosts).toEqual([expect.objectContaining({ host, port, name })])
  })

  it('fills in what a host does not say', () => {
    const hosts: HostOptions[] = [
      { host: '[::1]', port: 1, weight: 0.5, zone: 'z', priority: 7, connectionLimit: 2, servername: 's' },
      { host: 'b' },
    ]
    expect(resolveConfig({ host: hosts, connectionLimit: 9 }).hosts).toEqual([
      { ...hosts[0], host: '::1', name: '[::1]:1' },
      {
        host: 'b',
        name: 'b:3306',
        port: 3306,
        weight: 1,
        zone: undefined,
        priority: 1,
        connectionLimit: 9,
        servername: undefined,
      },
    ])
  })

  it('is the socket when there is one', () => {
    expect(resolveConfig({ socketPath: '/run/mysqld.sock' }).hosts).toEqual([
      expect.objectContaining({ name: '/run/mysqld.sock', host: 'localhost' }),
    ])
  })

  it.each<[PoolOptions['host'], string]>([
    ['', 'host[0]: is empty; expected a name or an address'],
    ['a,,b', 'host[1]: is empty; expected a name or an address'],
    ['a, ', 'host[1]: is empty; expected a name or an address'],
    [[], 'host: has no entry; leave it out for localhost'],
    [['a,b'], 'host[0]: got "a,b", a list in one entry; make each host an entry of its own'],
    [[{ host: 'a,b' }], 'host[0].host: got "a,b", a list in one entry; make each host an entry of its own'],
    [[{ host: '' }], 'host[0].host: got ""; expected a string that is not empty'],
    [[{ host: 'a:3307' }], 'host[0].host: got "a:3307"; give the port as port: 3307'],
    ['a:', 'host[0]: got nothing as the port of "a"; expected a whole number from 1 to 65535'],
    ['a:0', 'host[0]: got 0 as the port of "a"; expected a whole number from 1 to 65535'],
    ['a:65536', 'host[0]: got 65536 as the port of "a"; expected a whole number from 1 to 65535'],
    ['a:x', 'host[0]: got a text as the port of "a"; expected a whole number from 1 to 65535'],
    [':3306', 'host[0]: is empty; expected a name or an address'],
    ['[db1]:3306', 'host[0]: got "[db1]:3306"; brackets are for IPv6 addresses'],
    ['1:2:3', 'host[0]: got "1:2:3"; write an IPv6 address with a port as [fd00::3]:3306'],
    ['/run/mysqld.sock', 'host[0]: got "/run/mysqld.sock"; give the path of a socket as socketPath'],
    [
      'mysql://db1',
      'host[0]: got "mysql://db1", which looks like a URL; give that to createPool in place of the options',
    ],
    ['a b', 'host[0]: got "a b"; expected a name or an address'],
    ['app:pw@db1', 'host[0]: got "***@db1"; user and password are options of their own'],
    ['a,b,a', 'host[2]: a:3306 is the same host as host[0]; name each host once'],
    ['a,A:3306', 'host[1]: A:3306 is the same host as host[0]; name each host once'],
    ['::1,[0:0::1]:3306', 'host[1]: [0:0::1]:3306 is the same host as host[0]; name each host once'],
    [[{ host: 'a', weight: 0 }], 'host: every host has weight 0; give at least one a weight above 0'],
    [[{ host: 'a', weight: -1 }], 'host[0].weight: got -1; expected a finite number, 0 or more'],
    [[{ host: 'a', weight: Infinity }], 'host[0].weight: got Infinity; expected a finite number, 0 or more'],
    [[{ host: 'a', port: 0 }], 'host[0].port: got 0; expected a whole number from 1 to 65535'],
  ])('refuses %j', (host, problem) => {
    expect(problemsOf(host)).toEqual([problem])
  })

  it('takes the same name on two ports for two hosts', () => {
    expect(namesOf('a:1,a:2')).toEqual(['a:1', 'a:2'])
  })

  it('one host of weight 0 beside another is no problem', () => {
    expect(problemsOf([{ host: 'a', weight: 0 }, 'b'])).toEqual([])
  })
})

const hostNames = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6().filter(isIPv6))
const ports = fc.integer({ min: 1, max: 65_535 })

function written({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

describe('any host list', () => {
  const lists = fc.uniqueArray(fc.record({ host: hostNames, port: ports }), {
    minLength: 1,
    maxLength: 8,
    selector: ({ port }) => port,
  })
  it('reads the same as text, with blanks, as strings and as objects', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const expected = resolveConfig({ host: list }).hosts
        expect(expected.map(({ host, port }) => ({ host, port }))).toEqual(list)
        expect(resolveConfig({ host: list.map(written).join(',') }).hosts).toEqual(expected)
        expect(resolveConfig({ host: list.map((host) => ` ${written(host)} `).join(' , ') }).hosts).toEqual(expected)
        expect(resolveConfig({ host: list.map(written) }).hosts).toEqual(expected)
        expect(resolveConfig({ host: expected.map(({ name }) => name) }).hosts).toEqual(expected)
      }),
    )
  })

  it('is refused when any two of its hosts are the same, naming both places', () => {
    fc.assert(
      fc.property(lists, fc.nat(), (list, pick) => {
        const first = pick % list.length
        const again = list[first]
        if (again === undefined) throw new Error('no such host')
        const problems = problemsOf([...list, { host: again.host.toUpperCase(), port: again.port }])
        expect(problems).toEqual([expect.stringContaining(`is the same host as host[${first}];`)])
        expect(problems[0]?.startsWith(`host[${list.length}]: `)).toBe(true)
      }),
    )
  })

  it('of any text gives hosts with a name and a port, or an error of the configuration', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a1:,[]%. /@'.split('')) })), (text) => {
        if (problemsOf(text).length > 0) return
        for (const { host, port } of resolveConfig({ host: text }).hosts) {
          expect(host).toMatch(/^[^\s,/@[\]]+$/)
          expect(port).toBeGreaterThan(0)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
