import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'

import { describe, expect, it, onTestFinished } from 'vitest'

import { cluster } from '../testing/fake-cluster.js'
import { ended, listen } from '../testing/listen.js'
import { PoolWorld } from '../testing/pool-world.js'
import { refusal } from '../testing/scripted-driver.js'
import { SessionWorld } from '../testing/session-world.js'
import { VirtualClock } from '../testing/virtual-clock.js'
import { telling } from './channels.js'

describe('the channel of acquires', () => {
  it('tells a connection that is at hand, and one that is waited for', async () => {
    const heard = listen('mysql-hostpool:acquire')
    const world = new SessionWorld({ host: 'a', connectionLimit: 1, poolName: 'shop' })
    await world.over(world.pool.query('SELECT 1'))
    heard.length = 0
    const lease = await world.lease({ access: 'write' })
    const waiting = world.outcome(world.pool.getConnection())
    await world.clock.flow(35)
    lease.release()
    await world.rest()
    expect(waiting.settled).toBe(true)
    const own = { poolName: 'shop', host: 'a:3306', outcome: 'done', errorType: undefined }
    expect(ended(heard)).toMatchObject([
      { ...own, access: 'write', waited: 0 },
      { ...own, access: undefined, waited: 35 },
    ])
    expect(heard).toHaveLength(8)
  })

  it('tells why there is none', async () => {
    const heard = listen('mysql-hostpool:acquire')
    const world = new SessionWorld({ host: 'a', connectionLimit: 1, acquireTimeout: 50 })
    await world.lease()
    void world.outcome(world.pool.getConnection())
    await world.clock.flow(50)
    await world.over(world.pool.end())
    await world.over(world.pool.query('SELECT 1'))
    expect(ended(heard).slice(1)).toMatchObject([
      { host: undefined, waited: 50, outcome: 'failed', errorType: 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT' },
      { host: undefined, waited: 0, outcome: 'failed', errorType: 'ERR_HOSTPOOL_CLOSED' },
    ])
  })
})

describe('the channel of connects', () => {
  it('tells how long a handshake took, or why it failed', async () => {
    const heard = listen('mysql-hostpool:connect')
    const world = new PoolWorld({ host: 'a,b', user: 'shop', selector: 'ordered', health: { probe: false } })
    world.server('a').ways.welcome = 'refuses'
    world.server('b').ways.handshakeTime = 12
    await world.settled(world.pool.query('SELECT 1'))
    expect(ended(heard)).toMatchObject([
      { host: 'a:3306', duration: 0, outcome: 'failed', errorType: 'ECONNREFUSED' },
      { host: 'b:3306', outcome: 'done', errorType: undefined },
    ])
    expect(ended(heard)[1]?.duration).toBeGreaterThanOrEqual(12)
    expect(heard.filter(({ event }) => event === 'error')).toHaveLength(1)
  })

  it('tells a handshake that is given up', async () => {
    const heard = listen('mysql-hostpool:connect')
    const world = new PoolWorld({ host: 'a', user: 'shop', health: { probe: false } })
    world.server('a').ways.welcome = 'is silent'
    world.pool.query('SELECT 1').catch(() => undefined)
    await world.clock.flow(20)
    await world.settled(world.pool.end())
    expect(ended(heard)).toMatchObject([{ host: 'a:3306', duration: 20, outcome: 'aborted', errorType: undefined }])
  })
})

describe('the channel of hosts', () => {
  it('tells the verdict of each probe, with its latency', async () => {
    const heard = listen('mysql-hostpool:host')
    const { clock, server } = await cluster({ poolName: 'shop' })
    heard.length = 0
    server('a').ways.answerTime = 4
    await clock.flow(6000)
    const probes = ended(heard).filter(({ host }) => host === 'a:3306')
    expect(probes.length).toBeGreaterThan(0)
    for (const probe of probes) {
      expect(probe).toMatchObject({ type: 'probe', poolName: 'shop', usable: true, writable: true, outcome: 'done' })
      expect('duration' in probe && probe.duration).toBeGreaterThanOrEqual(4)
    }
  })

  it('tells a probe that was not answered', async () => {
    const heard = listen('mysql-hostpool:host')
    const { clock, server } = await cluster()
    server('b').freeze()
    await clock.flow(20_000)
    const failed = ended(heard).find(({ host, errorType }) => host === 'b:3306' && errorType !== undefined)
    expect(failed).toMatchObject({ type: 'probe', outcome: 'failed', usable: undefined })
    expect(failed?.reason).toContain('did not answer')
  })

  it('tells every change of state, once, from what it was to what it is', async () => {
    const heard = listen('mysql-hostpool:host')
    const { clock, server, held, pool } = await cluster()
    for (const lease of held) lease.release()
    heard.length = 0
    server('b').ways.welcome = 'refuses'
    server('b').dropAll()
    await clock.flow(1000)
    server('b').ways.welcome = 'accepts'
    await clock.flow(10_000)
    pool.hosts.drain('c:3306')
    pool.hosts.remove('a:3306')
    const changes = heard.flatMap(({ event, message }) =>
      event === 'end' && message.type === 'change' && (message.before !== message.state || message.removed)
        ? [`${message.host} ${message.before} → ${message.state}${message.removed ? ', removed' : ''}`]
        : [],
    )
    expect(changes).toEqual([
      'b:3306 up → suspect',
      'b:3306 suspect → down',
      'b:3306 down → up',
      'c:3306 up → draining',
      'a:3306 up → draining, removed',
    ])
  })

  it('ends what it has begun when the pool ends', async () => {
    const heard = listen('mysql-hostpool:host')
    const { clock, server, held, pool } = await cluster()
    for (const lease of held) lease.release()
    for (const name of ['a', 'b', 'c']) server(name).freeze()
    await clock.flow(5200)
    void pool.end()
    await clock.flow(5000)
    const probes = heard.filter(({ message }) => message.type === 'probe')
    expect(ended(probes)).toHaveLength(probes.filter(({ event }) => event === 'start').length)
  })
})

describe('the asynchronous context of the channels', () => {
  const storage = new AsyncLocalStorage<string>()

  it('is the caller’s for statements and acquires, and no caller’s for connects and hosts', async () => {
    const contexts = {
      'mysql-hostpool:statement': new Set<unknown>(),
      'mysql-hostpool:acquire': new Set<unknown>(),
      'mysql-hostpool:connect': new Set<unknown>(),
      'mysql-hostpool:host': new Set<unknown>(),
    }
    for (const name of Object.keys(contexts) as (keyof typeof contexts)[]) {
      listen(name, () => contexts[name].add(storage.getStore()))
    }
    const world = new SessionWorld({ connectionLimit: 1 })
    // Each of them waits, is lost once, and is sent again on a new connection.
    for (const [index, id] of ['first', 'second', 'third'].entries()) {
      world.once(`SELECT ${index}`, 'is lost')
      storage.run(id, () => {
        void world.outcome(world.pool.query(`SELECT ${index}`))
        void world.outcome(world.pool.withConnection((lease) => lease.stream(`SELECT ${index}`).toArray()))
      })
    }
    await storage.run('operator', async () => world.pool.hosts.drain('b:3306'))
    await world.rest(500)
    const callers = new Set(['first', 'second', 'third'])
    expect(contexts['mysql-hostpool:statement']).toEqual(callers)
    expect(contexts['mysql-hostpool:acquire']).toEqual(callers)
    expect(contexts['mysql-hostpool:connect']).toEqual(new Set([undefined]))
    expect(contexts['mysql-hostpool:host']).toEqual(new Set([undefined]))
  })

  it('carries what a subscriber binds to the start, up to the end', async () => {
    const channel = tracingChannel('mysql-hostpool:statement')
    const span = new AsyncLocalStorage<string>()
    channel.start.bindStore(span, () => 'span')
    onTestFinished(() => void channel.start.unbindStore(span))
    const seen: unknown[] = []
    listen('mysql-hostpool:statement', (event) => seen.push([event, span.getStore()]))
    listen('mysql-hostpool:acquire', (event) => seen.push([`acquire ${event}`, span.getStore()]))
    const world = new SessionWorld({ host: 'a' })
    await world.over(world.pool.query('SELECT 1'))
    expect(seen.map((one) => String(one))).toEqual([
      'start,span',
      'end,span',
      'acquire start,span',
      'acquire end,span',
      'acquire asyncStart,span',
      'acquire asyncEnd,span',
      'asyncStart,span',
      'asyncEnd,span',
    ])
    expect(span.getStore()).toBeUndefined()
  })
})

/** Counts how often it is read. */
class CountedClock extends VirtualClock {
  reads = 0

  override now(): number {
    this.reads += 1
    return super.now()
  }
}

describe('channels of a runtime that does not tell whether they are heard', () => {
  it.each(['start', 'asyncEnd', 'error'] as const)('are heard when %s has a subscriber', (name) => {
    const { start, end, asyncStart, asyncEnd, error } = tracingChannel('mysql-hostpool:of-this-test')
    const traced = telling({ start, end, asyncStart, asyncEnd, error })
    const listener = (): void => {}
    expect(traced.hasSubscribers).toBe(false)
    traced[name].subscribe(listener)
    expect(traced.hasSubscribers).toBe(true)
    traced[name].unsubscribe(listener)
    expect(traced.hasSubscribers).toBe(false)
  })
})

describe('channels that nothing listens to', () => {
  it('cost no look at the clock', async () => {
    const world = new SessionWorld({ host: 'a' }, new CountedClock())
    const { clock } = world
    if (!(clock instanceof CountedClock)) throw new Error('The clock counts nothing')
    const readsOf = async (): Promise<number> => {
      await world.rest(100)
      const before = clock.reads
      const query = world.pool.query('SELECT 1')
      await new Promise((resolve) => setImmediate(resolve))
      await query
      return clock.reads - before
    }
    await readsOf()
    const without = await readsOf()
    const heard = listen('mysql-hostpool:statement')
    const within = await readsOf()
    expect(heard).not.toEqual([])
    // At the beginning, on the wire, and at the end.
    expect(within - without).toBe(3)
  })
})

describe('the counters of status()', () => {
  it('count the callers that waited, and for how long, whatever came of it', async () => {
    const world = new SessionWorld({ host: 'a', connectionLimit: 1, acquireTimeout: 50 })
    const lease = await world.lease()
    await world.clock.flow(1000)
    const { waits, waited } = world.pool.status().counters
    const controller = new AbortController()
    void world.outcome(world.pool.getConnection())
    void world.outcome(world.pool.getConnection({ acquireTimeout: 500 }))
    void world.outcome(world.pool.getConnection({ signal: controller.signal }))
    await world.clock.flow(10)
    controller.abort()
    await world.clock.flow(40)
    await world.clock.flow(50)
    lease.release()
    await world.rest()
    const { counters } = world.pool.status()
    expect(counters.waits - waits).toBe(3)
    expect(counters.waited - waited).toBe(10 + 50 + 100)
    // One that is served at once has not waited.
    const { waits: before } = world.pool.status().counters
    await world.over(new SessionWorld({ host: 'a' }).pool.query('SELECT 1'))
    expect(world.pool.status().counters.waits).toBe(before)
  })

  it('count connections that were closed, by why', async () => {
    const world = new SessionWorld({ host: 'a', connectionLimit: 2, idleTimeout: 100 })
    const [first, second] = [await world.lease(), await world.lease()]
    first.destroy()
    second.release()
    await world.rest(1000)
    expect(world.pool.status().counters.closes).toMatchObject({ destroyed: 1, 'idle timeout': 1, broken: 0 })
  })

  it('count statements that were sent again, by why, and their sum', async () => {
    const world = new SessionWorld()
    world.once('SELECT item', 'is lost')
    await world.over(world.pool.query('SELECT item'))
    world.once('UPDATE', refusal(1213))
    await world.over(world.pool.query('UPDATE t SET a = 1'))
    world.once('INSERT', refusal(1047))
    await world.over(world.pool.query('INSERT INTO t VALUES (1)'))
    expect(world.pool.status().counters).toMatchObject({
      retries: { lost: 1, conflict: 1, notReady: 1, readOnly: 0 },
      hedges: 0,
      retriedReads: 3,
    })
  })

  it('count hedges', async () => {
    const { pool, clock, server, leaseOn, held } = await cluster()
    for (const lease of held) if (lease !== leaseOn('b')) lease.release()
    await clock.flow(1000)
    server('b').freeze()
    const read = leaseOn('b').query('SELECT item')
    await clock.flow(100)
    await read
    expect(pool.status().counters).toMatchObject({ hedges: 1, retriedReads: 1, retries: { lost: 0 } })
  })

  it('count outcomes that are not known', async () => {
    const world = new SessionWorld()
    world.once('INSERT', 'is lost')
    await world.over(world.pool.query('INSERT INTO t VALUES (1)'))
    world.once('COMMIT', 'is lost')
    await world.over(world.pool.transaction((transaction) => transaction.query('INSERT INTO t VALUES (2)')))
    world.once('SELECT item', 'is lost')
    await world.over(world.pool.query('SELECT item'))
    expect(world.pool.status().counters.unknownOutcomes).toBe(2)
  })

  it('are frozen, as all of a status is', () => {
    const { counters } = new SessionWorld().pool.status()
    for (const part of [counters, counters.closes, counters.retries]) expect(Object.isFrozen(part)).toBe(true)
  })
})
