import { tracingChannel } from 'node:diagnostics_channel'

import { onHostNews } from '@mysql-hostpool/cli'
import { logEvents, type LogLevels, type Pool } from '@mysql-hostpool/core'
import { instrument } from '@mysql-hostpool/opentelemetry'
import { statusPage } from '@mysql-hostpool/status-page'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import { openPage } from './page-reader.js'
import type { WatchedSubject } from './watched-subjects.js'

/**
 * Has a pool watched by one of the means that the packages offer. Resolves when the watcher is at work.
 * @returns a description of the watcher, for the report
 */
export async function watch(pool: Pool, subject: WatchedSubject): Promise<string> {
  switch (subject) {
    case 'mysql-hostpool, subscribed':
      for (const name of ['statement', 'acquire', 'connect', 'host']) {
        tracingChannel(`mysql-hostpool:${name}`).subscribe({ start, end, asyncStart, asyncEnd, error })
      }
      return ', a subscriber of every event of every channel that does nothing'
    case 'mysql-hostpool, instrumented':
      instrument(pool, {
        meterProvider: new MeterProvider({ readers: [new PrometheusExporter({ preventServerStart: true })] }),
        tracerProvider: new BasicTracerProvider({ spanProcessors: [nowhere] }),
      })
      return ', instrument() with metrics that nothing collects and a span for each statement that goes nowhere'
    case 'mysql-hostpool, logged':
      logEvents(pool, silentLogger)
      return ', logEvents() with its own levels and a logger that does nothing'
    case 'mysql-hostpool, each event logged':
      logEvents(pool, silentLogger, { levels: EACH_EVENT })
      return ', logEvents() with every checkout and release, and a logger that does nothing'
    case 'mysql-hostpool, in watch':
      onHostNews(pool, () => undefined)
      setInterval(() => void JSON.stringify(pool.status()), 1_000).unref()
      return ', what the command watch does with a pool once a second, without its reads'
    case 'mysql-hostpool, page mounted':
      statusPage(pool)
      return ', statusPage() at which no browser looks'
    case 'mysql-hostpool, page open':
      await openPage(pool)
      return ', statusPage() with one page open in another process'
    default:
      return subject satisfies never
  }
}

// Each event has a listener of its own, as those of tracers have.
function start(): void {}
function end(): void {}
function asyncStart(): void {}
function asyncEnd(): void {}
function error(): void {}

const silentLogger = { error, warn: end, info: start, debug: asyncEnd }

/** The events that logEvents leaves out by default. */
const EACH_EVENT: LogLevels = {
  connectionOpened: 'debug',
  connectionClosed: 'debug',
  acquire: 'debug',
  enqueue: 'debug',
  release: 'debug',
}

const nowhere: SpanProcessor = {
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
}
