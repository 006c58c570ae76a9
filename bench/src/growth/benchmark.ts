import type { Benchmark, Comparison } from '../benchmark.js'

/** One size of a pool, and how it is looked at. */
export interface Size {
  readonly hosts: number
  readonly connections: number
  /** Callers for whom there is no connection. */
  readonly waiters: number
  /** Nothing is collected while it is measured: there is room for everything that is made meanwhile. */
  readonly uncollected?: boolean
  /** In place of the pool: what the queue of promises costs by itself. */
  readonly bare?: boolean
}

const HOSTS = 100
const WAITERS = { hosts: 3, connections: 10 } as const

const SIZES = {
  '1 host': { hosts: 1, connections: 100, waiters: 0 },
  '10 hosts': { hosts: 10, connections: 100, waiters: 0 },
  '100 hosts': { hosts: 100, connections: 100, waiters: 0 },
  '10 connections': { hosts: 3, connections: 10, waiters: 0 },
  '100 connections': { hosts: 3, connections: 100, waiters: 0 },
  '1,000 connections': { hosts: 3, connections: 1_000, waiters: 0 },
  '10,000 connections': { hosts: 3, connections: 10_000, waiters: 0 },
  '100 waiters': { ...WAITERS, waiters: 100 },
  '10,000 waiters': { ...WAITERS, waiters: 10_000 },
  '100,000 waiters': { ...WAITERS, waiters: 100_000 },
  '100 waiters, uncollected': { ...WAITERS, waiters: 100, uncollected: true },
  '10,000 waiters, uncollected': { ...WAITERS, waiters: 10_000, uncollected: true },
  '100,000 waiters, uncollected': { ...WAITERS, waiters: 100_000, uncollected: true },
  '100 waiters, bare queue': { ...WAITERS, waiters: 100, bare: true },
  '10,000 waiters, bare queue': { ...WAITERS, waiters: 10_000, bare: true },
  '100,000 waiters, bare queue': { ...WAITERS, waiters: 100_000, bare: true },
} as const satisfies Record<string, Size>

type SizeName = keyof typeof SIZES
/** Idle connections whose memory is looked at. */
export const MEMORY = 'memory'
export const MEMORY_CONNECTIONS = { full: 1_000, quick: 200 }

type Step = readonly [small: SizeName, ...large: SizeName[]]

/** A queue is compared with a queue: waiting for a turn is more work than finding an idle connection. */
const STEPS: readonly Step[] = [
  ['1 host', '10 hosts', '100 hosts'],
  ['10 connections', '100 connections', '1,000 connections', '10,000 connections'],
  ['100 waiters', '10,000 waiters', '100,000 waiters'],
  ['100 waiters, uncollected', '10,000 waiters, uncollected', '100,000 waiters, uncollected'],
  ['100 waiters, bare queue', '10,000 waiters, bare queue', '100,000 waiters, bare queue'],
]

/** Connections take their time to be opened. */
const QUICK_STEPS: readonly Step[] = [
  ['1 host', '100 hosts'],
  ['100 waiters', '10,000 waiters'],
]

const TARGET = 1.3
/** Megabytes of the heap for what is new. */
const ROOM = 128

export function growth(quick: boolean): Benchmark {
  const steps = quick ? QUICK_STEPS : STEPS
  return {
    name: 'growth',
    title: 'Growth',
    method:
      'What checkout and release cost in pools of different sizes, by promises as in the first benchmark; 10 callers at once, ' +
      'and the waiters. What many callers wait with is kept for long, and the garbage collector copies what is kept, in ' +
      'whatever queue: a bare queue of promises is measured beside. "Uncollected" is the pool without the collector: its heap ' +
      `has room (${ROOM} MB) for all that is made in a slice. Memory is what an idle connection of the pool takes over an ` +
      'idle connection of mysql2, in bytes of the heap after a collection.',
    setting: 'one pool with itself',
    servers: { connectTimes: Array.from({ length: HOSTS }, () => 0) },
    subjects: [...steps.flat(), MEMORY],
    metrics: {
      cpu: { title: 'CPU µs/cycle', better: 'less' },
      memory: { title: 'bytes/connection', better: 'less' },
    },
    comparisons: steps.flatMap(([small, ...large]) =>
      large.map((of): Comparison => {
        const comparison: Comparison = { kind: 'cost', case: 'cycle', metric: 'cpu', of, to: small }
        return isBare(of) ? comparison : { ...comparison, target: TARGET }
      }),
    ),
    limits: [{ case: MEMORY, metric: 'memory', of: MEMORY, target: 2048 }],
    flags: (subject) =>
      sizeOf(subject)?.uncollected === true
        ? [`--min-semi-space-size=${ROOM}`, `--max-semi-space-size=${ROOM}`, '--expose-gc']
        : [],
  }
}

/** Undefined for what is weighed. */
export function sizeOf(subject: string): Size | undefined {
  const sizes: Readonly<Record<string, Size>> = SIZES
  return sizes[subject]
}

function isBare(subject: string): boolean {
  return sizeOf(subject)?.bare === true
}
