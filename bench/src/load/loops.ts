import { createHistogram } from 'node:perf_hooks'
import { runLoad } from '@mysql-hostpool/test/program/load'
import { timed } from '../observe/timed.js'
import type { Figure } from '../benchmark.js'
import type { Turn } from '../trial.js'

/** One operation of one of the callers. */
export type Operate = (caller: number) => Promise<unknown>

/** Operations a second, milliseconds of latency, and microseconds of this process's time for each. */
export interface LoopFigures {
  readonly throughput: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly cpu: number
}

/** What several slices of one loop add up to, and what each of them came to. */
class Tally {
  readonly latency = createHistogram()
  readonly slices: Slices = { throughput: [], cpu: [] }
  cpu = 0
  wall = 0
}

type Slices = Readonly<Record<'throughput' | 'cpu', number[]>>
type SlicedFigures = LoopFigures & { readonly slices?: Slices }

/** The figures of one load as a trial tells them. */
export function figuresUnder(load: string, found: SlicedFigures): Figure[] {
  const { slices, ...values } = found
  return Object.entries(values).map(([metric, value]) => {
    const sliced = metric === 'throughput' || metric === 'cpu' ? slices?.[metric] : undefined
    return { case: load, metric, value, ...(sliced === undefined ? {} : { slices: sliced }) }
  })
}

/** Callers that ask again as soon as they are answered, until so many operations or so many milliseconds are over. */
export async function closedLoop(
  operate: Operate,
  callers: number,
  operations: number,
  milliseconds: number,
  tally = new Tally(),
): Promise<LoopFigures> {
  const { latency, slices } = tally
  const before = latency.count
  let left = operations
  const end = performance.now() + milliseconds
  const call = async (_: unknown, caller: number): Promise<void> => {
    while (left > 0 && performance.now() < end) {
      left -= 1
      const begin = performance.now()
      await operate(caller)
      latency.record(nanoseconds(performance.now() - begin))
    }
  }
  const { cpu, wall } = await timed(() => Promise.all(Array.from({ length: callers }, call)))
  tally.cpu += cpu
  tally.wall += wall
  const count = latency.count - before
  slices.throughput.push((count / wall) * 1000)
  slices.cpu.push((cpu * 1000) / count)
  return figuresOf(latency, tally.cpu, tally.wall)
}

/** How long a closed loop is looked at. */
export interface Schedule {
  /** Nobody measures these: the compiler is at work. They end after so many operations, or so many milliseconds. */
  readonly warmUp: { readonly operations: number; readonly milliseconds: number }
  readonly slices: number
  /** Of each slice. */
  readonly milliseconds: number
}

/** What begins each slice and does not count: connections have rested, and are asked first whether they still answer. */
const LEAD_IN = { operations: 60, milliseconds: 30 }

/**
 * A closed loop in slices, a turn each, for those who are compared with others.
 *
 * @param connections - that have to be used before each slice, should there be fewer callers
 */
export async function closedLoopInTurns(
  operate: Operate,
  callers: number,
  { warmUp, slices, milliseconds }: Schedule,
  turn: Turn,
  connections = callers,
): Promise<SlicedFigures> {
  const first = Math.max(callers, connections)
  await turn()
  let figures: SlicedFigures = await closedLoop(operate, callers, warmUp.operations, warmUp.milliseconds)
  const tally = new Tally()
  for (let slice = 0; slice < slices; slice += 1) {
    await turn()
    await closedLoop(operate, first, LEAD_IN.operations, LEAD_IN.milliseconds)
    figures = { ...(await closedLoop(operate, callers, Infinity, milliseconds, tally)), slices: tally.slices }
  }
  return figures
}

/** Requests at a steady rate, each of which counts from the moment at which it was due. */
export async function openLoop(operate: Operate, rate: number, milliseconds: number): Promise<LoopFigures> {
  const latency = createHistogram()
  const answers: Promise<unknown>[] = []
  const { cpu, wall } = await timed(async () => {
    await runLoad({
      rate,
      seconds: milliseconds / 1000,
      signal: new AbortController().signal,
      send: (index, due) => {
        answers.push(operate(index).then(() => latency.record(nanoseconds(performance.now() - due))))
      },
    })
    await Promise.all(answers)
  })
  return figuresOf(latency, cpu, wall)
}

function figuresOf(latency: ReturnType<typeof createHistogram>, cpu: number, wall: number): LoopFigures {
  return {
    throughput: (latency.count / wall) * 1000,
    p50: latency.percentile(50) / 1e6,
    p99: latency.percentile(99) / 1e6,
    p999: latency.percentile(99.9) / 1e6,
    cpu: (cpu * 1000) / latency.count,
  }
}

function nanoseconds(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds * 1e6))
}
