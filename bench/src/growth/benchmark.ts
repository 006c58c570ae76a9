import type { Benchmark, Comparison } from '../benchmark.js'

/** One size of a pool. */
export interface Size {
  readonly hosts: number
  readonly connections: number
  /** Callers for whom there is no connection. */
  readonly waiters: number
}

const HOSTS = 100
export const SIZES = {
  '1 host': { hosts: 1, connections: 100, waiters: 0 },
  '10 hosts': { hosts: 10, connections: 100, waiters: 0 },
  '100 hosts': { hosts: 100, connections: 100, waiters: 0 },
  '10 connections': { hosts: 3, connections: 10, waiters: 0 },
  '100 connections': { hosts: 3, connections: 100, waiters: 0 },
  '1,000 connections': { hosts: 3, connections: 1_000, waiters: 0 },
  '10,000 connections': { hosts: 3, connections: 10_000, waiters: 0 },
  '100 waiters': { hosts: 3, connections: 10, waiters: 100 },
  '10,000 waiters': { hosts: 3, connections: 10, waiters: 10_000 },
  '100,000 waiters': { hosts: 3, connections: 10, waiters: 100_000 },
} as const satisfies Record<string, Size>

export type SizeName = keyof typeof SIZES
/** Idle connections whose memory is looked at. */
export const MEMORY = 'memory'
export const MEMORY_CONNECTIONS = 1_000

/** A queue is compared with a queue: waiting for a turn is more work than finding an idle connection. */
const STEPS: readonly (readonly [small: SizeName, ...large: SizeName[]])[] = [
  ['1 host', '10 hosts', '100 hosts'],
  ['10 connections', '100 connections', '1,000 connections', '10,000 connections'],
  ['100 waiters', '10,000 waiters', '100,000 waiters'],
]

/** Ten thousand connections take their time to be opened. */
const QUICK_STEPS: typeof STEPS = [
  ['1 host', '100 hosts'],
  ['10 connections', '1,000 connections'],
  ['100 waiters', '10,000 waiters'],
]

export function growth(quick: boolean): Benchmark {
  const steps = quick ? QUICK_STEPS : STEPS
  return {
    name: 'growth',
    title: 'Growth',
    method:
      'What checkout and release cost in pools of different sizes, by promises as in the first benchmark; 10 callers at once, ' +
      'and the waiters. Memory is what an idle connection of the pool takes over an idle connection of mysql2, in bytes of ' +
      'the heap after a collection.',
    servers: { connectTimes: Array.from({ length: HOSTS }, () => 0) },
    subjects: [...steps.flat(), MEMORY],
    metrics: {
      cpu: { title: 'CPU µs/cycle', better: 'less' },
      memory: { title: 'bytes/connection', better: 'less' },
    },
    comparisons: steps.flatMap(([small, ...large]) =>
      large.map((of): Comparison => ({ kind: 'cost', case: 'cycle', metric: 'cpu', of, to: small, target: 1.3 })),
    ),
    limits: [{ case: MEMORY, metric: 'memory', of: MEMORY, target: 2048 }],
  }
}
