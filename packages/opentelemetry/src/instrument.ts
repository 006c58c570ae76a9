import { HostpoolError, type Pool } from '@mysql-hostpool/core'
import { metrics, type MeterProvider, trace, type TracerProvider } from '@opentelemetry/api'

import { followStatements } from './follow-statements.js'
import { instrumentsOf } from './instruments.js'
import { SCOPE } from './names.js'
import { observePool } from './observe-pool.js'
import { giveBackName, takeName } from './pool-name.js'
import { recordPool } from './record-pool.js'

/** The options of spans. */
export interface SpanOptions {
  /**
   * Whether spans have the attribute `db.query.text`: the text as the caller gave it, with its placeholders. A text with values
   * written into it may be secret. Default false.
   */
  readonly queryText?: boolean | undefined
}

/** Where metrics and spans go, and what spans hold. */
export interface InstrumentOptions {
  /** Default: the global one of `@opentelemetry/api`. */
  readonly meterProvider?: MeterProvider | undefined
  /** Default: the global one of `@opentelemetry/api`. */
  readonly tracerProvider?: TracerProvider | undefined
  /**
   * Whether each statement has a span, with an event for each retry and hedge. A statement has two spans where the
   * instrumentation of mysql2 makes spans as well. Default true.
   */
  readonly spans?: boolean | SpanOptions | undefined
}

const OPTIONS: readonly string[] = ['meterProvider', 'tracerProvider', 'spans']

const instrumented = new WeakSet<Pool>()

/**
 * Reports the metrics and the spans of a pool, by the semantic conventions of OpenTelemetry, until the pool ends.
 * @returns `stop`, which ends the reports. The SDK keeps the values that it has collected. A second call does nothing.
 * @throws ERR_HOSTPOOL_UNSUPPORTED for an argument that is no pool, for unknown options, and for a pool that is already
 * instrumented.
 */
export function instrument(pool: Pool, options: InstrumentOptions = {}): () => void {
  check(pool, options)
  const { meterProvider = metrics.getMeterProvider(), tracerProvider, spans = true } = options
  const tracer = (tracerProvider ?? trace.getTracerProvider()).getTracer(SCOPE.name, SCOPE.version)
  const queryText = typeof spans === 'object' && spans.queryText === true
  const found = instrumentsOf(meterProvider)
  const name = takeName(pool.config.poolName)
  instrumented.add(pool)
  const ends = [
    observePool(pool, name, found),
    recordPool(pool, name, found.instruments),
    followStatements(pool, name, found.instruments, spans === false ? undefined : { tracer, queryText }),
  ]
  const stop = (): void => {
    if (!instrumented.delete(pool)) return
    pool.off('end', stop)
    for (const end of ends) end()
    giveBackName(name)
  }
  pool.on('end', stop)
  return stop
}

function check(pool: unknown, options: unknown): void {
  if (typeof pool !== 'object' || pool === null || !('status' in pool) || !('config' in pool)) {
    throw unsupported('takes a pool of createPool(); make one, and give it to the adapter as well')
  }
  if (typeof options !== 'object' || options === null)
    throw unsupported(`takes its options as an object, { spans: false }`)
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) {
    throw unsupported(`has no option ${JSON.stringify(unknown)}; its options are ${OPTIONS.join(', ')}`)
  }
  if (instrumented.has(pool as Pool)) {
    throw unsupported(`was given a pool that is instrumented already, and would count all twice; call its stop() first`)
  }
}

function unsupported(what: string): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_UNSUPPORTED', `instrument() ${what}`)
}
