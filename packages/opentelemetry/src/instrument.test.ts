import { channel } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'

import { metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { describe, expect, it, onTestFinished } from 'vitest'

import { instrument, type InstrumentOptions } from './instrument.js'
import { SCOPE } from './names.js'
import { FakePool, hostStatus } from './testing/fake-pool.js'
import { scrapeable, valuesOf } from './testing/scrape.js'

function instrumented(fake: FakePool, options: InstrumentOptions): () => void {
  const stop = instrument(fake.pool, { spans: false, ...options })
  onTestFinished(stop)
  return stop
}

/** What the SDK was given, with units and buckets. */
async function metricsOf(work: (fake: FakePool) => void) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const fake = new FakePool()
  instrumented(fake, { meterProvider })
  work(fake)
  await meterProvider.forceFlush()
  const [found] = exporter.getMetrics()
  await meterProvider.shutdown()
  return new Map(found?.scopeMetrics[0]?.metrics.map((metric) => [metric.descriptor.name, metric]))
}

/** Everything that reports something. */
function use(fake: FakePool): void {
  fake.emit('connectionOpened', { host: 'db1:3306', duration: 12 })
  fake.emit('acquire', { host: 'db1:3306', waited: 3 })
  fake.emit('release', { host: 'db1:3306', held: 40 })
  fake.statement()
  fake.probe()
}

describe('the metrics of a pool', () => {
  it('have the names and the units of the semantic conventions, and names of their own for the rest', async () => {
    const metrics = await metricsOf(use)
    expect(Object.fromEntries(Array.from(metrics, ([name, { descriptor }]) => [name, descriptor.unit]))).toEqual({
      'db.client.connection.count': '{connection}',
      'db.client.connection.idle.max': '{connection}',
      'db.client.connection.idle.min': '{connection}',
      'db.client.connection.max': '{connection}',
      'db.client.connection.pending_requests': '{request}',
      'db.client.connection.timeouts': '{timeout}',
      'db.client.connection.create_time': 's',
      'db.client.connection.wait_time': 's',
      'db.client.connection.use_time': 's',
      'db.client.operation.duration': 's',
      'mysql_hostpool.host.state': '{host}',
      'mysql_hostpool.host.writable': '{host}',
      'mysql_hostpool.host.connections': '{connection}',
      'mysql_hostpool.connection.closes': '{connection}',
      'mysql_hostpool.retries': '{statement}',
      'mysql_hostpool.hedges': '{statement}',
      'mysql_hostpool.unknown_outcomes': '{statement}',
      'mysql_hostpool.probe.duration': 's',
    })
  })

  it('have the advised buckets, and seconds in them', async () => {
    const metrics = await metricsOf(use)
    const [point] = metrics.get('db.client.operation.duration')?.dataPoints ?? []
    expect(point?.value).toMatchObject({
      sum: 0.004,
      count: 1,
      buckets: { boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] },
    })
    const sums = ['create_time', 'wait_time', 'use_time'].map(
      (name) => metrics.get(`db.client.connection.${name}`)?.dataPoints[0]?.value,
    )
    expect(sums).toMatchObject([{ sum: 0.012 }, { sum: 0.003 }, { sum: 0.04 }])
    expect(metrics.get('mysql_hostpool.probe.duration')?.dataPoints[0]?.value).toMatchObject({ sum: 0.002 })
  })

  it('tell a statement by server, database, operation and product', async () => {
    const metrics = await metricsOf((fake) => {
      fake.statement()
      fake.statement({ host: '[fd00::3]:3307', verb: 'insert', serverVersion: '8.4.3' })
      fake.statement({ host: '/run/mysqld.sock', verb: 'frobnicate' })
    })
    const points = metrics.get('db.client.operation.duration')?.dataPoints.map(({ attributes }) => attributes)
    const common = { 'db.client.connection.pool.name': 'shop', 'db.namespace': 'store' }
    expect(points).toEqual([
      {
        ...common,
        'db.system.name': 'mariadb',
        'db.operation.name': 'SELECT',
        'server.address': 'db1',
        'server.port': 3306,
      },
      {
        ...common,
        'db.system.name': 'mysql',
        'db.operation.name': 'INSERT',
        'server.address': 'fd00::3',
        'server.port': 3307,
      },
      { ...common, 'db.system.name': 'mariadb', 'server.address': '/run/mysqld.sock' },
    ])
  })

  it('tell errors by the number of the server, or by the code of the pool', async () => {
    const refused = Object.assign(new Error("Duplicate entry 'secret'"), {
      errno: 1062,
      code: 'ER_DUP_ENTRY',
      sqlState: '23000',
    })
    const socket = Object.assign(new Error('connect ECONNREFUSED'), { errno: -111, code: 'ECONNREFUSED' })
    const metrics = await metricsOf((fake) => {
      fake.statement({ error: refused, errorType: 'ER_DUP_ENTRY', outcome: 'failed' })
      fake.statement({ error: new Error('?'), errorType: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN', outcome: 'unknown' })
      fake.statement({ error: socket, errorType: 'ECONNREFUSED', outcome: 'failed' })
    })
    const points = metrics.get('db.client.operation.duration')?.dataPoints ?? []
    const told = points.map(({ attributes }) => [attributes['error.type'], attributes['db.response.status_code']])
    expect(told).toEqual([
      ['1062', '1062'],
      ['ERR_HOSTPOOL_OUTCOME_UNKNOWN', undefined],
      ['ECONNREFUSED', undefined],
    ])
    expect(JSON.stringify(points)).not.toContain('secret')
  })

  it('are those of status() at the moment of the collection', async () => {
    const { meterProvider, scrape } = scrapeable()
    const fake = new FakePool()
    instrumented(fake, { meterProvider })
    const samples = await scrape()
    const STATE = 'db_client_connection_state'
    expect(valuesOf(samples, 'db_client_connection_count', STATE)).toEqual({ idle: 4, used: 2 })
    for (const [name, value] of Object.entries({
      db_client_connection_max: 10,
      db_client_connection_idle_max: 8,
      db_client_connection_idle_min: 2,
      db_client_connection_pending_requests: 3,
      db_client_connection_timeouts_total: 5,
      mysql_hostpool_hedges_total: 1,
      mysql_hostpool_unknown_outcomes_total: 6,
    })) {
      expect(valuesOf(samples, name, 'db_client_connection_pool_name')).toEqual({ shop: value })
    }
    expect(valuesOf(samples, 'mysql_hostpool_retries_total', 'mysql_hostpool_retry_cause')).toEqual({
      lost: 2,
      notReady: 0,
      readOnly: 0,
      conflict: 1,
    })
    const closes = valuesOf(samples, 'mysql_hostpool_connection_closes_total', 'mysql_hostpool_close_reason')
    expect(closes).toMatchObject({ broken: 2, 'idle timeout': 1, 'pool ended': 0 })
    const states = valuesOf(samples, 'mysql_hostpool_host_state', 'server_address', 'mysql_hostpool_host_state')
    expect(states).toMatchObject({ 'db1 up': 1, 'db1 down': 0, 'fd00::3 up': 0, 'fd00::3 down': 1 })
    expect(valuesOf(samples, 'mysql_hostpool_host_writable', 'server_address')).toEqual({ db1: 1, 'fd00::3': 0 })
    expect(valuesOf(samples, 'mysql_hostpool_host_connections', 'server_address', STATE)).toMatchObject({
      'db1 idle': 2,
      'db1 used': 1,
      'db1 connecting': 0,
    })
  })

  it('count a host that has gone as nothing', async () => {
    const { meterProvider, scrape } = scrapeable()
    const fake = new FakePool()
    instrumented(fake, { meterProvider })
    await scrape()
    fake.hosts = [hostStatus('db1:3306')]
    const samples = await scrape()
    const states = valuesOf(samples, 'mysql_hostpool_host_state', 'server_address', 'mysql_hostpool_host_state')
    expect(states).toMatchObject({ 'db1 up': 1, 'fd00::3 up': 0, 'fd00::3 down': 0 })
  })

  it('leave out the verdict of a probe that had none to give, and tell why one failed', async () => {
    const metrics = await metricsOf((fake) => {
      fake.probe({ outcome: 'aborted' })
      fake.probe({ outcome: 'failed', errorType: 'ProbeTimeout', usable: undefined })
    })
    const points = metrics.get('mysql_hostpool.probe.duration')?.dataPoints ?? []
    expect(points.map(({ attributes }) => attributes)).toEqual([
      {
        'db.client.connection.pool.name': 'shop',
        'server.address': 'db1',
        'server.port': 3306,
        'error.type': 'ProbeTimeout',
      },
    ])
  })
})

describe('two pools of one process', () => {
  it('are told apart, also where they have one name', async () => {
    const { meterProvider, scrape } = scrapeable()
    const [first, second] = [new FakePool('hostpool'), new FakePool('hostpool')]
    instrumented(first, { meterProvider })
    const stop = instrumented(second, { meterProvider })
    first.statement()
    first.statement()
    second.statement()
    const counts = valuesOf(await scrape(), 'db_client_operation_duration_count', 'db_client_connection_pool_name')
    expect(counts).toEqual({ hostpool: 2, 'hostpool-2': 1 })
    expect(valuesOf(await scrape(), 'db_client_connection_max', 'db_client_connection_pool_name')).toEqual({
      hostpool: 10,
      'hostpool-2': 10,
    })
    stop()
    const third = new FakePool('hostpool')
    instrumented(third, { meterProvider })
    third.statement()
    const after = valuesOf(await scrape(), 'db_client_operation_duration_count', 'db_client_connection_pool_name')
    expect(after).toEqual({ hostpool: 2, 'hostpool-2': 2 })
  })
})

describe('stop()', () => {
  const NAMES = ['statement', 'acquire', 'connect', 'host'].flatMap((name) =>
    ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((event) => `tracing:mysql-hostpool:${name}:${event}`),
  )
  const subscribed = (): readonly string[] => NAMES.filter((name) => channel(name).hasSubscribers)

  it('ends every subscription', async () => {
    const { meterProvider, scrape } = scrapeable()
    const fake = new FakePool()
    expect(subscribed()).toEqual([])
    const stop = instrumented(fake, { meterProvider, spans: true })
    expect(subscribed()).not.toEqual([])
    expect(fake.listeners).toBeGreaterThan(0)
    use(fake)
    const before = await scrape()
    stop()
    stop()
    expect(subscribed()).toEqual([])
    expect(fake.listeners).toBe(0)
    use(fake)
    const count = 'db_client_operation_duration_count'
    expect(valuesOf(await scrape(), count)).toEqual(valuesOf(before, count))
  })

  it('leaves nothing that goes on telling of the pool as it was', async () => {
    const { meterProvider, scrape } = scrapeable()
    const fake = new FakePool()
    const stop = instrumented(fake, { meterProvider })
    await scrape()
    stop()
    let asked = 0
    Object.assign(fake, { status: () => (asked += 1) })
    for (let time = 0; time < 3; time += 1) {
      const samples = await scrape()
      for (const name of [
        'db_client_connection_count',
        'db_client_connection_max',
        'db_client_connection_pending_requests',
        'mysql_hostpool_host_state',
        'mysql_hostpool_host_connections',
      ]) {
        const found = samples.filter((sample) => sample.name === name)
        expect(found.length).toBeGreaterThan(0)
        expect(found.map(({ value }) => value)).toEqual(found.map(() => 0))
      }
    }
    expect(asked).toBe(0)
  })

  it('comes by itself with the end of the pool', () => {
    const { meterProvider } = scrapeable()
    const fake = new FakePool()
    instrumented(fake, { meterProvider })
    fake.emit('end', {})
    expect(fake.listeners).toBe(0)
    expect(subscribed()).toEqual([])
  })
})

describe('instrument()', () => {
  it('refuses what it would misunderstand, and names it', () => {
    const { meterProvider } = scrapeable()
    const fake = new FakePool()
    expect(() => instrument({ host: 'a' } as never)).toThrow('takes a pool of createPool()')
    expect(() => instrument(fake.pool, { meterprovider: meterProvider } as never)).toThrow('"meterprovider"')
    instrumented(fake, { meterProvider })
    expect(() => instrument(fake.pool)).toThrow('instrumented already')
  })

  it('reports to the global providers where none are given', async () => {
    const { meterProvider, scrape } = scrapeable()
    metrics.setGlobalMeterProvider(meterProvider)
    onTestFinished(() => metrics.disable())
    const fake = new FakePool()
    onTestFinished(instrument(fake.pool))
    use(fake)
    expect(valuesOf(await scrape(), 'db_client_operation_duration_count', 'server_address')).toEqual({ db1: 1 })
  })

  it('names itself with the version of its package', () => {
    const { name, version } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as object & {
      readonly name: string
      readonly version: string
    }
    expect(SCOPE).toEqual({ name, version })
  })
})
