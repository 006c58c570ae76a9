import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequire } from 'node:module'

import { createPool, type Pool } from '@mysql-hostpool/core'
import { instrument } from '@mysql-hostpool/opentelemetry'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { expect, it, onTestFinished } from 'vitest'

import { poll } from '../cluster/polling.js'
import { findPrometheus } from '../prometheus/installation.js'
import { Prometheus } from '../prometheus/prometheus.js'
import { freshDatabase } from './setup/fresh-database.js'
import { PacketProxy } from './setup/packet-proxy.js'

/** No server is there: its probes fail. */
const NOBODY = '127.0.0.1:1'

/** The queries of the dashboard, with values for Grafana's variables. */
function dashboardQueries(): readonly string[] {
  const path = createRequire(import.meta.url).resolve('@mysql-hostpool/opentelemetry/dashboard.json')
  const { panels } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[]
  }
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
  return expressions.map((one) =>
    one.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1m').replaceAll('$pool', 'observed'),
  )
}

/** A little of everything: statements that succeed and fail, connections that are opened and closed, callers that wait. */
async function work(pool: Pool): Promise<void> {
  await Promise.all(Array.from({ length: 12 }, () => pool.query('SELECT SLEEP(0.002)')))
  await pool.query('SELECT nothing').catch(() => undefined)
  const lease = await pool.getConnection()
  lease.destroy()
}

it('tells each statement of a real pool by its server, with spans and metrics that agree', async () => {
  const database = await freshDatabase('opentelemetry')
  const pool = createPool({ ...database, poolName: 'observed' })
  onTestFinished(() => pool.end())
  const spans = new InMemorySpanExporter()
  const exporter = new PrometheusExporter({ preventServerStart: true })
  instrument(pool, {
    meterProvider: new MeterProvider({ readers: [exporter] }),
    tracerProvider: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  })
  await pool.query('SELECT 1')
  await expect(pool.execute('SELECT nothing')).rejects.toThrow('nothing')
  const version = await pool.withConnection(({ serverVersion }) => serverVersion)
  const common = {
    'db.client.connection.pool.name': 'observed',
    'db.namespace': database.database,
    'db.system.name': /mariadb/i.test(version) ? 'mariadb' : 'mysql',
    'db.operation.name': 'SELECT',
    'server.address': expect.any(String),
    'server.port': expect.any(Number),
  }
  const failed = { 'error.type': '1054', 'db.response.status_code': '1054' }
  expect(spans.getFinishedSpans().map(({ attributes }) => attributes)).toMatchObject([common, { ...common, ...failed }])
  const { resourceMetrics } = await exporter.collect()
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
  const durations = metrics.find(({ descriptor }) => descriptor.name === 'db.client.operation.duration')
  expect(durations?.dataPoints.map(({ attributes }) => attributes)).toEqual([common, { ...common, ...failed }])
})

/** A pool of two servers, the first of which is behind a proxy, and the spans of its statements that have an event. */
async function tracedBehindProxy(): Promise<{
  readonly pool: Pool
  readonly proxy: PacketProxy
  readonly other: string
  readonly eventful: () => readonly ReadableSpan[]
}> {
  const database = await freshDatabase('opentelemetry')
  const [first = '', second = first] = database.host.split(',')
  const proxy = await PacketProxy.open(first)
  const pool = createPool({ ...database, host: `${proxy.address},${second}`, minIdle: 6, endTimeout: 300 })
  onTestFinished(async () => {
    await proxy.close()
    await pool.end()
  })
  const exporter = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  instrument(pool, { tracerProvider })
  await pool.check()
  // Reads are spread over the idle connections of both.
  await poll(() => (pool.status().hosts.every(({ idle }) => idle > 1) ? true : undefined), { timeout: 5_000 })
  const eventful = () => exporter.getFinishedSpans().filter(({ events }) => events.length > 0)
  return { pool, proxy, other: second, eventful }
}

/** The attributes of a server that a statement was sent to. */
function addressed(host: string): object {
  const [, address, port] = /^\[?(.*?)\]?:(\d+)$/.exec(host) ?? []
  return { 'server.address': address, 'server.port': Number(port) }
}

it('has an event in the span of a read that lost its connection, and was sent again', async () => {
  const { pool, proxy, eventful } = await tracedBehindProxy()
  let isCut = false
  proxy.fromClient = (packet, flow) => {
    if (isCut || !packet.includes('SELECT 7')) return 'passes'
    isCut = true
    flow.cut()
    return 'swallowed'
  }
  await poll(async () => (await pool.query('SELECT 7'), isCut || undefined), { timeout: 5_000, interval: 1 })
  const [span, ...others] = eventful()
  expect(others).toEqual([])
  expect(span?.events).toMatchObject([{ name: 'retry', attributes: { 'mysql_hostpool.retry.cause': 'lost' } }])
  expect(span?.attributes).toMatchObject({ 'mysql_hostpool.attempts': 2, 'mysql_hostpool.outcome': 'done' })
})

it('has an event in the span of a read that was asked of another host too, because the first gave no answer', async () => {
  const { pool, proxy, other, eventful } = await tracedBehindProxy()
  proxy.fromClient = () => 'swallowed'
  const [span] =
    (await poll(async () => (await pool.query('SELECT 8'), eventful().length > 0 ? eventful() : undefined), {
      timeout: 5_000,
      interval: 1,
    })) ?? []
  expect(span?.events).toMatchObject([{ name: 'hedge', attributes: addressed(other) }])
  expect(span?.attributes).toMatchObject({ ...addressed(other), 'mysql_hostpool.outcome': 'done' })
})

const prometheus = findPrometheus()

it.skipIf(prometheus === undefined)(
  'has Prometheus answer every query of the dashboard, after scrapes of a real pool',
  async () => {
    const database = await freshDatabase('dashboard')
    const host = `${database.host},${NOBODY}`
    const pool = createPool({ ...database, host, poolName: 'observed', health: { retryInterval: 200 } })
    onTestFinished(() => pool.end())
    const exporter = new PrometheusExporter({ preventServerStart: true })
    instrument(pool, { meterProvider: new MeterProvider({ readers: [exporter] }), spans: false })
    const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    await work(pool)
    const scraper = await Prometheus.start(prometheus ?? '', `127.0.0.1:${(server.address() as AddressInfo).port}`)
    onTestFinished(() => scraper.end())
    const unanswered = async (): Promise<readonly string[]> => {
      await work(pool)
      const queries = dashboardQueries()
      const answers = await Promise.all(queries.map((query) => scraper.query(query)))
      return queries.filter((_, index) => !answers[index]?.some(({ value }) => Number.isFinite(Number(value[1]))))
    }
    const all = await poll(async () => ((await unanswered()).length === 0 ? true : undefined), {
      timeout: 10_000,
      interval: 100,
    })
    expect(all === true ? [] : await unanswered()).toEqual([])
    const [down] = await scraper.query('mysql_hostpool_host_state{mysql_hostpool_host_state="down"} == 1')
    expect(down?.metric).toMatchObject({ server_address: '127.0.0.1', server_port: '1' })
  },
)
