import type { Figure, TrialResult } from '../benchmark.js'
import { closedLoopInTurns, figuresUnder } from '../load/loops.js'
import type { Turn } from '../trial.js'
import type { OrmSubject } from './orm-subject.js'

/** Callers at once, and connections in every pool. */
export const CALLERS = 8
export const CONNECTIONS = 10
const SLICES = {
  full: { warmUp: { operations: 3_000, milliseconds: 1_200 }, slices: 12, milliseconds: 60 },
  quick: { warmUp: { operations: 250, milliseconds: 300 }, slices: 4, milliseconds: 60 },
}

/** Measures such operations of an ORM, one after the other. */
export async function measureOrm(
  subject: OrmSubject,
  operations: readonly string[],
  quick: boolean,
  turn: Turn,
): Promise<TrialResult> {
  const figures: Figure[] = []
  const slices = quick ? SLICES.quick : SLICES.full
  for (const name of operations) {
    const operate = subject.operations[name]
    if (operate === undefined) throw new Error(`there is no operation "${name}"`)
    figures.push(...figuresUnder(name, await closedLoopInTurns(operate, CALLERS, slices, turn)))
  }
  const { configuration } = subject
  await subject.end()
  return { configuration, figures }
}
