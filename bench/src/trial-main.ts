import { once } from 'node:events'
import type { BenchmarkName } from './benchmark.js'
import { type Assignment, type Measure, type TrialAnswer, WAITING } from './trial.js'

/** A process loads only what it measures. */
const MEASURES: Readonly<Record<BenchmarkName, () => Promise<Measure>>> = {
  cycle: async () => (await import('./cycle/measure-cycle.js')).measureCycle,
  query: async () => (await import('./query/measure-query.js')).measureQuery,
  typeorm: async () => (await import('./typeorm/measure-typeorm.js')).measureTypeorm,
  prisma: async () => (await import('./prisma/measure-prisma.js')).measurePrisma,
  'prisma-adapters': async () => (await import('./prisma-adapters/measure-adapters.js')).measureAdapters,
  spike: async () => (await import('./spike/measure-spike.js')).measureSpike,
  growth: async () => (await import('./growth/measure-growth.js')).measureGrowth,
  levels: async () => (await import('./levels/measure-levels.js')).measureLevels,
}

process.once('message', (assignment: Assignment) => void run(assignment))
// Without its owner nobody wants to know.
process.on('disconnect', () => process.exit())

async function run(assignment: Assignment): Promise<void> {
  const answer = await answerTo(assignment)
  process.send?.(answer, () => process.disconnect())
}

async function answerTo(assignment: Assignment): Promise<TrialAnswer> {
  try {
    const measure = await MEASURES[assignment.benchmark]()
    return { result: await measure(assignment, turn) }
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

async function turn(): Promise<void> {
  const told = once(process, 'message')
  process.send?.(WAITING)
  await told
}
