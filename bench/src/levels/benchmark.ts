import type { PoolOptions } from '@mysql-hostpool/core'
import type { Benchmark, Comparison } from '../benchmark.js'

/** How a pool differs from one with default options. */
export interface Level {
  readonly options: Partial<PoolOptions>
  /** Whether every checkout and release has a listener. */
  readonly listens?: boolean
  /** Whether statements go through `execute`. */
  readonly prepared?: boolean
  /** The level that the cost is compared with. Default: all by default. */
  readonly to?: string
}

const DEFAULT = 'all by default'
const PREPARED = 'prepared statements'
export const LEVELS: Readonly<Record<string, Level>> = {
  [DEFAULT]: { options: {} },
  'the same again': { options: {} },
  'without retries of reads': { options: { retryReads: false } },
  'without probes': { options: { health: { probe: false } } },
  'probes ten times as often': { options: { health: { interval: 200 } } },
  'without a limit on waiting': { options: { acquireTimeout: 0 } },
  'with a listener to each checkout': { options: {}, listens: true },
  'with leak detection': { options: { leakDetectionThreshold: 1000 } },
  'with a selector that ranks hosts': { options: { selector: 'least-busy' } },
  'with a reset at each release': { options: { resetOnRelease: true } },
  'without the fast path': { options: { fastPath: false } },
  [PREPARED]: { options: {}, prepared: true },
  'prepared statements, without the fast path': { options: { fastPath: false }, prepared: true, to: PREPARED },
  'with causal reads (wsrep_sync_wait)': { options: { sessionVariables: { wsrep_sync_wait: 1 } } },
}
const QUICK_LEVELS: readonly string[] = [DEFAULT, 'the same again', 'with causal reads (wsrep_sync_wait)']
export const CASE = 'select, 16'

export function levels(quick: boolean): Benchmark {
  const subjects = quick ? QUICK_LEVELS : Object.keys(LEVELS)
  return {
    name: 'levels',
    title: 'Levels of service',
    method:
      'Point selects of 16 callers through 30 connections to real nodes, as in the benchmark of queries, by pools with one ' +
      'option changed. The ratio is a cost: how many times as much processor time the pool takes with the option as without. ' +
      'Session tracking is not among them: this pool always uses it.',
    setting: 'one pool with itself',
    servers: 'cluster',
    subjects,
    metrics: {
      cpu: { title: 'client CPU µs', better: 'less' },
      throughput: { title: 'per second', better: 'more' },
      p50: { title: 'p50 ms', better: 'less' },
    },
    comparisons: subjects
      .slice(1)
      .map((of): Comparison => ({ kind: 'cost', case: CASE, metric: 'cpu', of, to: LEVELS[of]?.to ?? DEFAULT })),
    limits: [],
  }
}
