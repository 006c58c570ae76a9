import { describe, expect, it } from 'vitest'

import { Tracer } from '../channels/tracer.js'
import { resolveConfig } from '../config/pool-config.js'
import { HostSet } from '../hosts/host-set.js'
import { PoolEmitter } from '../pool/emitter.js'
import type { PoolEventName } from '../pool/events.js'
import { VirtualClock } from '../testing/virtual-clock.js'
import { emitHostEvents } from './host-events.js'

describe('a change of a host', () => {
  it('tells when a host goes down, and when the last one does', () => {
    const clock = new VirtualClock()
    const hosts = new HostSet(resolveConfig({ host: 'a,b' }).hosts, clock)
    const emitter = new PoolEmitter('shop')
    emitHostEvents(hosts, emitter, new Tracer({ pool: hosts, poolName: 'shop', clock }))
    const told: unknown[] = []
    for (const name of [
      'hostUp',
      'hostDown',
      'hostSuspect',
      'hostDraining',
      'allHostsDown',
    ] satisfies PoolEventName[]) {
      emitter.on(name, ({ poolName, ...event }) => told.push([name, event, poolName]))
    }
    const [a, b] = hosts.all
    if (a === undefined || b === undefined) throw new Error('two hosts were configured')
    const error = new Error('refused')
    hosts.signal(b, { kind: 'contacted' })
    hosts.signal(a, { kind: 'doubtful', reason: 'a connection was lost' })
    hosts.signal(a, { kind: 'unusable', reason: 'refused', error })
    hosts.signal(a, { kind: 'unusable', reason: 'refused', error })
    hosts.signal(b, { kind: 'drain' })
    hosts.signal(b, { kind: 'undrain' })
    hosts.signal(b, { kind: 'unusable', reason: 'silent' })
    hosts.signal(a, { kind: 'usable', writable: true, lastResort: false, reason: '' })
    expect(told).toEqual([
      ['hostUp', { host: 'b:3306', reason: '' }, 'shop'],
      ['hostSuspect', { host: 'a:3306', reason: 'a connection was lost' }, 'shop'],
      ['hostDown', { host: 'a:3306', reason: 'refused', error }, 'shop'],
      ['hostDraining', { host: 'b:3306' }, 'shop'],
      ['hostUp', { host: 'b:3306', reason: '' }, 'shop'],
      ['hostDown', { host: 'b:3306', reason: 'silent', error: undefined }, 'shop'],
      ['allHostsDown', { reasons: { 'a:3306': 'refused', 'b:3306': 'silent' } }, 'shop'],
      ['hostUp', { host: 'a:3306', reason: '' }, 'shop'],
    ])
  })
})
