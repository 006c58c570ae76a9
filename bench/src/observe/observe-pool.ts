import { tracingChannel } from 'node:diagnostics_channel'

import type { Pool } from '@mysql-hostpool/core'
import { instrument } from '@mysql-hostpool/opentelemetry'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { WatchedSubject } from './watched-subjects.js'

/**
 * Has a pool watched: by subscribers of all its channels that do nothing, or by metrics and spans of OpenTelemetry.
 * @returns what that is, for the report
 */
export function watch(pool: Pool, subject: WatchedSubject): string {
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

const nowhere: SpanProcessor = {
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
}
