import type { Histogram, Meter, MeterProvider, Observable } from '@opentelemetry/api'

import { SCOPE } from './names.js'

/**
 * Bounds in seconds, as the conventions advise them for `db.client.operation.duration`. The times of a pool are of the same size.
 */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

function createInstruments(meter: Meter) {
  const seconds = (name: string, description: string): Histogram =>
    meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: BUCKETS } })
  const amount = (name: string, unit: string, description: string): Observable =>
    meter.createObservableUpDownCounter(name, { unit, description })
  const count = (name: string, unit: string, description: string): Observable =>
    meter.createObservableCounter(name, { unit, description })
  const sums = {
    connections: amount(
      'db.client.connection.count',
      '{connection}',
      'The number of connections that are currently in the state described by the state attribute.',
    ),
    maxIdle: amount(
      'db.client.connection.idle.max',
      '{connection}',
      'The maximum number of idle open connections allowed.',
    ),
    minIdle: amount(
      'db.client.connection.idle.min',
      '{connection}',
      'The minimum number of idle open connections allowed.',
    ),
    max: amount('db.client.connection.max', '{connection}', 'The maximum number of open connections allowed.'),
    pending: amount(
      'db.client.connection.pending_requests',
      '{request}',
      'The number of callers that wait for a connection.',
    ),
    timeouts: count(
      'db.client.connection.timeouts',
      '{timeout}',
      'The number of callers that got no connection within their acquire timeout.',
    ),
    hostState: amount('mysql_hostpool.host.state', '{host}', '1 for the state that the host is in, 0 for the others.'),
    hostWritable: amount(
      'mysql_hostpool.host.writable',
      '{host}',
      '1 while the host accepts writes, as far as is known.',
    ),
    hostConnections: amount(
      'mysql_hostpool.host.connections',
      '{connection}',
      'The number of connections to one host, by state: idle, used, and connecting for handshakes.',
    ),
    closes: count('mysql_hostpool.connection.closes', '{connection}', 'The number of connections closed, by reason.'),
    retries: count('mysql_hostpool.retries', '{statement}', 'The number of statements sent again, by cause.'),
    hedges: count(
      'mysql_hostpool.hedges',
      '{statement}',
      'The number of reads that were asked of a second host, because the first gave no answer.',
    ),
    unknownOutcomes: count(
      'mysql_hostpool.unknown_outcomes',
      '{statement}',
      'The number of statements that may or may not have run.',
    ),
  }
  return {
    sums,
    createTime: seconds('db.client.connection.create_time', 'The time it took to create a new connection.'),
    waitTime: seconds('db.client.connection.wait_time', 'The time it took to obtain an open connection from the pool.'),
    useTime: seconds(
      'db.client.connection.use_time',
      'The time between borrowing a connection and returning it to the pool.',
    ),
    operations: seconds('db.client.operation.duration', 'Duration of database client operations.'),
    probes: seconds('mysql_hostpool.probe.duration', 'The time it took a host to answer a probe, or not to answer it.'),
  }
}

export type Instruments = ReturnType<typeof createInstruments>

const made = new WeakMap<MeterProvider, { readonly meter: Meter; readonly instruments: Instruments }>()

/** The instruments of a provider, which all pools that report to it share. */
export function instrumentsOf(provider: MeterProvider) {
  let found = made.get(provider)
  if (found === undefined) {
    const meter = provider.getMeter(SCOPE.name, SCOPE.version)
    found = { meter, instruments: createInstruments(meter) }
    made.set(provider, found)
  }
  return found
}
