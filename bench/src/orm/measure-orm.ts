import type { Figure, TrialResult } from '../benchmark.js'
import { closedLoop } from '../query/loops.js'
import type { OrmSubject } from './orm-subject.js'

/** Callers at once, and connections in every pool. */
export const CALLERS = 8
export const CONNECTIONS = 10
const WARM_UP = 150
const TIME = { full: 700, quick: 300 }

/** Measures every operation of an ORM, one after the other. */
export async function measureOrm(subject: OrmSubject, quick: boolean): Promise<TrialResult> {
  const figures: Figure[] = []
  for (const [name, operate] of Object.entries(subject.operations)) {
    await closedLoop(operate, CALLERS, WARM_UP, Infinity)
    const { cpu, throughput, p50, p99 } = await closedLoop(operate, CALLERS, Infinity, quick ? TIME.quick : TIME.full)
    for (const [metric, value] of Object.entries({ throughput, cpu, p50, p99 })) {
      figures.push({ case: name, metric, value })
    }
  }
  const { configuration } = subject
  await subject.end()
  return { configuration, figures }
}
