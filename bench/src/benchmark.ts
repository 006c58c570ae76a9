import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import type { FakeServerWays } from './servers/fake-server.js'

/** What can be measured; each name can be given on the command line. */
export const BENCHMARKS = [
  'cycle',
  'query',
  'typeorm',
  'prisma',
  'prisma-adapters',
  'spike',
  'growth',
  'levels',
] as const
export type BenchmarkName = (typeof BENCHMARKS)[number]

/** Part of a figure of one subject, which every trial is told as its rate. */
interface Calibration {
  readonly subject: string
  readonly case: string
  readonly metric: string
  readonly part: number
}

/** Whether more of it is good, or less. */
type Better = 'more' | 'less'

export interface Metric {
  /** As the head of its column says it, with its unit. */
  readonly title: string
  readonly better: Better
}

/** One measured number. */
export interface Figure {
  /** The load it was measured under. */
  readonly case: string
  readonly metric: string
  readonly value: number
  /** What each slice came to, in order; absent where it was measured in one go. */
  readonly slices?: readonly number[]
}

/** What the process of one trial sends back. */
export interface TrialResult {
  /** How the subject was configured, without secrets. */
  readonly configuration: string
  readonly figures: readonly Figure[]
}

/**
 * Two subjects measured side by side. `speed` is how many times as fast the first is as the second; `cost` is how many times
 * as much it takes.
 */
export interface Comparison {
  readonly kind: 'speed' | 'cost'
  readonly case: string
  readonly metric: string
  readonly of: string
  readonly to: string
  /** What it should be: at least this fast, or at most this costly. */
  readonly target?: number
}

/** What one subject should keep to by itself. */
export interface Limit {
  readonly case: string
  readonly metric: string
  readonly of: string
  readonly target: number
}

/** Three real nodes, a single one, or servers that only pretend. */
export type ServersWanted = 'cluster' | 'node' | FakeServerWays

export interface Benchmark {
  readonly name: BenchmarkName
  readonly title: string
  /** How it is done, in a sentence or two. */
  readonly method: string
  /** What all subjects have in common, in a few words for the picture. */
  readonly setting: string
  readonly servers: ServersWanted
  /** Everything that is measured, each in fresh processes. */
  readonly subjects: readonly string[]
  readonly metrics: Readonly<Record<string, Metric>>
  readonly comparisons: readonly Comparison[]
  readonly limits: readonly Limit[]
  /** Makes what trials need on the servers, and takes it away again. */
  readonly prepare?: (access: ServerAccess) => Promise<void>
  readonly cleanUp?: (access: ServerAccess) => Promise<void>
  /** Measured once before the first round. */
  readonly calibrate?: Calibration
  /** The subject that is measured under a name, where that is not the name itself. */
  readonly measuredAs?: (subject: string) => string
  /** How Node.js is started for a subject, where that is part of what is measured. */
  readonly flags?: (subject: string) => readonly string[]
}
