import { describe, expect, it } from 'vitest'

import { VirtualClock } from '../testing/virtual-clock.js'
import type { Serves } from '../sql/access.js'
import { HostSet } from './host-set.js'
import type { HostSignal } from './host-condition.js'

const usable: HostSignal = { kind: 'usable', writable: true, lastResort: false, reason: '' }
const readOnly: HostSignal = { ...usable, writable: false, reason: 'read_only is on' }
const donor: HostSignal = { ...usable, lastResort: true, reason: 'a donor' }
const doubtful: HostSignal = { kind: 'doubtful', reason: 'something broke' }
const down: HostSignal = { kind: 'unusable', reason: 'gone' }
const unproven: HostSignal = {
  kind: 'loginRefused',
  reason: 'not let in',
  error: new Error('not let in'),
  mayServe: true,
}
const drain: HostSignal = { kind: 'drain' }

const both: Serves = { read: true, write: true }
const reads: Serves = { read: true, write: false }
const writes: Serves = { read: false, write: true }
const nothing: Serves = { read: false, write: false }

function hostSet(count: number, clock = new VirtualClock()): HostSet {
  const configs = Array.from({ length: count }, (_, index) => {
    const host = `h${index}`
    const place = { zone: undefined, priority: index, connectionLimit: 4, servername: undefined }
    return { name: `${host}:3306`, host, port: 3306, weight: 2, ...place }
  })
  return new HostSet(configs, clock)
}

describe('what hosts can be used for', () => {
  it.each<{ signals: readonly HostSignal[]; serves: readonly Serves[] }>([
    { signals: [usable, usable], serves: [both, both] },
    { signals: [usable, down], serves: [both, nothing] },
    { signals: [down, down], serves: [nothing, nothing] },
    { signals: [usable, doubtful], serves: [both, nothing] },
    { signals: [doubtful, doubtful], serves: [both, both] },
    { signals: [doubtful, down], serves: [both, nothing] },
    { signals: [usable, donor], serves: [both, nothing] },
    { signals: [donor, doubtful], serves: [both, nothing] },
    { signals: [usable, drain], serves: [both, nothing] },
    { signals: [drain, drain], serves: [nothing, nothing] },
    { signals: [usable, readOnly], serves: [both, reads] },
    { signals: [readOnly, readOnly], serves: [reads, reads] },
    // The only ones left that accept writes, and so used for nothing else.
    { signals: [readOnly, donor], serves: [reads, writes] },
    { signals: [readOnly, doubtful], serves: [reads, writes] },
    { signals: [readOnly, donor, doubtful], serves: [reads, writes, nothing] },
    // What it is now is not known: as long as another one serves, it gets nothing, and writes wait.
    { signals: [usable, unproven], serves: [both, nothing] },
    { signals: [doubtful, unproven], serves: [both, nothing] },
    { signals: [readOnly, unproven], serves: [reads, nothing] },
    { signals: [down, unproven], serves: [nothing, both] },
    { signals: [unproven, unproven], serves: [both, both] },
  ])('after $signals: $serves', ({ signals, serves }) => {
    const hosts = hostSet(signals.length)
    for (const [index, signal] of signals.entries()) {
      const host = hosts.all[index]
      if (host === undefined) continue
      if (signal === unproven) hosts.signal(host, down)
      hosts.signal(host, signal)
    }
    expect(hosts.all.map((host) => host.serves)).toEqual(serves)
  })
})

describe('the hosts of a pool', () => {
  it('tell listeners of changes only, with the state before', () => {
    const hosts = hostSet(1)
    const told: string[] = []
    hosts.onChange((host, before) => told.push(`${before} to ${host.state}`))
    const [host] = hosts.all
    if (host === undefined) throw new Error('one host')
    for (const signal of [usable, doubtful, doubtful, down, down, usable, usable]) hosts.signal(host, signal)
    expect(told).toEqual(['unknown to up', 'up to suspect', 'suspect to down', 'down to up'])
  })

  it('are in slow start after they were away: a tenth at first, then more and more', () => {
    const clock = new VirtualClock()
    const hosts = hostSet(1, clock)
    const [host] = hosts.all
    if (host === undefined) throw new Error('one host')
    expect(host.weightAt(clock.now(), 10_000), 'never away').toBe(2)
    hosts.signal(host, doubtful)
    hosts.signal(host, usable)
    expect(host.weightAt(clock.now(), 10_000), 'in doubt, but not away').toBe(2)
    hosts.signal(host, down)
    clock.advance(5000)
    hosts.signal(host, usable)
    const weights = [0, 1000, 5000, 9000, 10_000, 60_000].map((time) => host.weightAt(clock.now() + time, 10_000))
    expect(weights).toEqual([0.2, 0.2, 1, 1.8, 2, 2])
    expect(host.weightAt(clock.now(), 0), 'slow start switched off').toBe(2)
    clock.advance(60_000)
    for (const signal of [down, unproven, usable]) {
      hosts.signal(host, signal)
      clock.advance(5000)
    }
    expect(host.weightAt(clock.now(), 10_000), 'away, and not let in at first').toBe(1)
  })

  it('remember since when they have been in their state', () => {
    const clock = new VirtualClock()
    const hosts = hostSet(1, clock)
    const [host] = hosts.all
    if (host === undefined) throw new Error('one host')
    clock.advance(1000)
    hosts.signal(host, down)
    const since = clock.date()
    clock.advance(1000)
    hosts.signal(host, { ...down, reason: 'still gone' })
    expect([host.since, host.condition.reason]).toEqual([since, 'still gone'])
  })

  it('take no signal for a host that was removed, and know it no longer', () => {
    const hosts = hostSet(2)
    const [host] = hosts.all
    if (host === undefined) throw new Error('two hosts')
    hosts.remove(host)
    hosts.signal(host, usable)
    hosts.signal(host, { kind: 'undrain' })
    expect(host).toMatchObject({ removed: true, serves: nothing, state: 'draining' })
    expect(hosts.find(host.name)).toBeUndefined()
    expect(hosts.all.map(({ name }) => name)).toEqual(['h1:3306'])
  })
})
