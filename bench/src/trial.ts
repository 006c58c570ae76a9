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

/**
 * Gives the machine to the other subjects of the round; resolves when they have had their turns. What is measured in slices,
 * a turn each, is measured side by side with the others.
 */
export type Turn = () => Promise<void>

export type Measure = (assignment: Assignment, turn: Turn) => Promise<TrialResult>

/** What the process of a trial is told after its assignment. */
export const GO = 'go'
/** What it says when it wants its next turn; its last words are a {@link TrialAnswer}. */
export const WAITING = 'waiting'

export type TrialAnswer = { readonly result: TrialResult } | { readonly failure: string }
