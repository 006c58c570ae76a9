import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import type { BenchmarkName, TrialResult } from './benchmark.js'

/** One subject of one benchmark, measured once in a process of its own. Plain data. */
export interface Assignment {
  readonly benchmark: BenchmarkName
  readonly subject: string
  readonly access: ServerAccess
  /** Measure for a shorter time. */
  readonly quick: boolean
  /** Operations a second, where the benchmark has an open loop. */
  readonly rate?: number
}

export type Measure = (assignment: Assignment) => Promise<TrialResult>

export type TrialAnswer = { readonly result: TrialResult } | { readonly failure: string }
