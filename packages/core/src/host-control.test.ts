import { beforeEach, describe, expect, it } from 'vitest'

import { resolveConfig, readHost } from './config/pool-config.js'
import { HostControl } from './host-control.js'
import { HostSet } from './hosts/host-set.js'
import { VirtualClock } from './testing/virtual-clock.js'

describe('the hosts of a running pool', () => {
  const config = resolveConfig({ host: 'db1,db2', port: 3307 })
  let hosts: HostSet
  let control: HostControl
  let accepted: string[]

  beforeEach(() => {
    hosts = new HostSet(config.hosts, new VirtualClock())
    accepted = []
    control = new HostControl(
      hosts,
      (host) => readHost(host, config),
      ({ name }) => accepted.push(name),
    )
  })

  function states(): Record<string, string> {
    return Object.fromEntries(hosts.all.map(({ name, state }) => [name, state]))
  }

  it('are taken for what they are now, where the operator says so', () => {
    control.accept('db2:3307')
    expect(accepted).toEqual(['db2:3307'])
    expect(() => control.accept('db9')).toThrow(/no host 'db9'/)
  })

  it('can be added to, with the pool’s own port where none is named', () => {
    control.add('db3')
    control.add({ host: 'db4', port: 3310, weight: 2 })
    expect(Object.keys(states())).toEqual(['db1:3307', 'db2:3307', 'db3:3307', 'db4:3310'])
  })

  it('can be drained and taken back', () => {
    control.drain('db1:3307')
    expect(states()).toEqual({ 'db1:3307': 'draining', 'db2:3307': 'unknown' })
    control.undrain('db1:3307')
    expect(states()).toEqual({ 'db1:3307': 'unknown', 'db2:3307': 'unknown' })
  })

  it('can be removed, but not the last', () => {
    control.remove('db1:3307')
    expect(Object.keys(states())).toEqual(['db2:3307'])
    expect(() => control.remove('db2:3307')).toThrow(/only host/)
  })

  it('are named exactly: an unknown name and one that is there already are errors', () => {
    expect(() => control.drain('db9')).toThrow(/no host 'db9'; its hosts are db1:3307, db2:3307/)
    expect(() => control.add('db2')).toThrow(/has a host db2:3307 already/)
    expect(() => control.add('db3:99999')).toThrow(/99999/)
  })

  it.each([
    [null, 'null'],
    [undefined, 'nothing'],
    [42, '42'],
    [[], 'an empty array'],
    [Symbol('db3'), 'a symbol'],
    [() => 'db3', 'a function'],
  ])('are named by strings and objects: %s is refused, with what is expected', (given, shown) => {
    const config = { code: 'ERR_HOSTPOOL_CONFIG' }
    expect(() => control.add(given as never)).toThrow(
      expect.objectContaining({
        ...config,
        message: expect.stringContaining(
          `got ${shown}; expected a string such as 'db1:3307', or an object { host, … }`,
        ),
      }),
    )
    for (const call of ['remove', 'drain', 'undrain'] as const) {
      expect(() => control[call](given as never)).toThrow(
        expect.objectContaining({
          ...config,
          message: `A host is named by a string such as 'db1:3306', and the pool got ${shown}; its hosts are db1:3307, db2:3307`,
        }),
      )
    }
    expect(states()).toEqual({ 'db1:3307': 'unknown', 'db2:3307': 'unknown' })
  })
})
