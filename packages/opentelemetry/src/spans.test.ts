import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { describe, expect, it, onTestFinished } from 'vitest'

import { instrument, type InstrumentOptions } from './instrument.js'
import { FakePool } from './testing/fake-pool.js'

function traced(options: InstrumentOptions = {}, fake = new FakePool()) {
  const exporter = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  onTestFinished(instrument(fake.pool, { tracerProvider, ...options }))
  return { fake, exporter, tracer: tracerProvider.getTracer('test') }
}

describe('the span of a statement', () => {
  it('is a client’s, named by operation and database, as long as the statement, with its server', () => {
    const { fake, exporter } = traced()
    fake.statement({ waited: 5, wire: 20 })
    const [span, ...others] = exporter.getFinishedSpans()
    expect(others).toEqual([])
    expect(span?.name).toBe('SELECT store')
    expect(span?.kind).toBe(SpanKind.CLIENT)
    expect(span?.attributes).toEqual({
      'db.client.connection.pool.name': 'shop',
      'db.namespace': 'store',
      'db.system.name': 'mariadb',
      'db.operation.name': 'SELECT',
      'server.address': 'db1',
      'server.port': 3306,
      'mysql_hostpool.attempts': 1,
      'mysql_hostpool.wait_time': 0.005,
      'mysql_hostpool.outcome': 'done',
    })
    expect(span?.duration).toEqual([0, 25_000_000])
    expect(span?.status.code).toBe(SpanStatusCode.UNSET)
    expect(span?.events).toEqual([])
  })

  it('has an event for each retry and each hedge, at its time', () => {
    const { fake, exporter } = traced()
    fake.statement({
      attempts: 3,
      sent: [
        { host: 'db1:3306', at: 0, cause: 'first' },
        { host: 'db2:3306', at: 40, cause: 'hedge' },
        { host: 'db3:3306', at: 90, cause: 'lost' },
      ],
    })
    const [span] = exporter.getFinishedSpans()
    expect(span?.events.map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      { name: 'hedge', attributes: { 'server.address': 'db2', 'server.port': 3306 } },
      {
        name: 'retry',
        attributes: { 'server.address': 'db3', 'server.port': 3306, 'mysql_hostpool.retry.cause': 'lost' },
      },
    ])
    const milliseconds = ([seconds, nanoseconds]: readonly [number, number]): number =>
      Math.round(seconds * 1e3 + nanoseconds / 1e6)
    const begun = milliseconds(span?.startTime ?? [0, 0])
    expect(span?.events.map(({ time }) => milliseconds(time) - begun)).toEqual([40, 90])
  })

  it('is a child of what was active where the statement was asked for', () => {
    const manager = new AsyncLocalStorageContextManager().enable()
    context.setGlobalContextManager(manager)
    onTestFinished(() => context.disable())
    const { fake, exporter, tracer } = traced()
    const request = tracer.startSpan('request')
    context.with(trace.setSpan(context.active(), request), () => fake.statement())
    const [span] = exporter.getFinishedSpans()
    expect(span?.parentSpanContext?.spanId).toBe(request.spanContext().spanId)
  })

  it('tells what failed without the message, which may cite values', () => {
    const { fake, exporter } = traced()
    const error = Object.assign(new Error("Duplicate entry 'secret'"), { errno: 1062, sqlState: '23000' })
    fake.statement({ error, errorType: 'ER_DUP_ENTRY', outcome: 'failed' })
    fake.statement({ error: new Error('lost'), errorType: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN', outcome: 'unknown' })
    const [refused, unknown] = exporter.getFinishedSpans()
    expect(refused?.status).toEqual({ code: SpanStatusCode.ERROR })
    expect(refused?.attributes).toMatchObject({ 'error.type': '1062', 'db.response.status_code': '1062' })
    expect(refused?.events).toEqual([])
    expect(unknown?.attributes).toMatchObject({
      'error.type': 'ERR_HOSTPOOL_OUTCOME_UNKNOWN',
      'mysql_hostpool.outcome': 'unknown',
    })
  })

  it('has the text only where that is asked for', () => {
    const { fake, exporter } = traced()
    fake.statement()
    expect(JSON.stringify(exporter.getFinishedSpans()[0]?.attributes)).not.toContain('price')
    const withText = traced({ spans: { queryText: true } })
    withText.fake.statement()
    expect(withText.exporter.getFinishedSpans()[0]?.attributes).toMatchObject({
      'db.query.text': 'SELECT price FROM item WHERE id = ?',
    })
  })

  it('is named by the product where neither operation nor database is known', () => {
    const fake = new FakePool()
    Object.assign(fake.config, { connection: { database: undefined } })
    const { exporter } = traced({}, fake)
    fake.statement({ verb: '' })
    const [span] = exporter.getFinishedSpans()
    expect(span?.name).toBe('mysql')
    expect(span?.attributes).not.toHaveProperty('db.namespace')
  })

  it('is missing where spans are off', () => {
    const { fake, exporter } = traced({ spans: false })
    fake.statement()
    expect(exporter.getFinishedSpans()).toEqual([])
  })

  it('is missing for a statement that began before', () => {
    const fake = new FakePool()
    const exporter = new InMemorySpanExporter()
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    fake.statement({}, () => onTestFinished(instrument(fake.pool, { tracerProvider })))
    expect(exporter.getFinishedSpans()).toEqual([])
  })
})
