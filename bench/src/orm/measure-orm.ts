import type { Figure, TrialResult } from '../benchmark.js'
import { closedLoop } from '../query/loops.js'
import type { OrmSubject } from './orm-subject.js'

/** Callers at once, and connections in every pool. */
export const CALLERS = 8
export const CONNECTIONS = 10
/** Operations that nobody measures, and milliseconds of measuring. */
const WARM_UP = { full: 1_000, quick: 250 }
const TIME = { full: 1_200, quick: 300 }

/** Measures such operations of an ORM, one after the other. */
export async function measureOrm(
  subject: OrmSubject,
  operations: readonly string[],
  quick: boolean,
): Promise<TrialResult> {
  const figures: Figure[] = []
  for (const name of operations) {
    const operate = subject.operations[name]
    if (operate === undefined) throw new Error(`there is no operation "${name}"`)
    await closedLoop(operate, CALLERS, quick ? WARM_UP.quick : WARM_UP.full, Infinity)
    const { cpu, throughput, p50, p99 } = await closedLoop(operate, CALLERS, Infinity, quick ? TIME.quick : TIME.full)
    for (const [metric, value] of Object.entries({ throughput, cpu, p50, p99 })) {
      figures.push({ case: name, metric, value })
    }
  }
  const { configuration } = subject
  await subject.end()
  return { configuration, figures }
}
