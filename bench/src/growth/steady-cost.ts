import { median } from 'simple-statistics'
import type { PromiseSubject } from '../cycle/subject.js'

/** How long something is looked at: slices of so many cycles, after some that nobody measures. */
export interface Slices {
  readonly warmUp: number
  readonly count: number
  readonly cycles: number
}

/**
 * Microseconds of this process's time that one cycle takes while everybody is there: those who come for the first time and
 * those who leave at the end are not among them. The median of all slices.
 *
 * @param before - called before each slice, and not measured
 */
export async function steadyCost<T>(
  subject: Pick<PromiseSubject<T>, 'borrow' | 'giveBack'>,
  callers: number,
  { warmUp, count, cycles }: Slices,
  before: () => void = () => undefined,
): Promise<number> {
  const costs: number[] = []
  let since: NodeJS.CpuUsage | undefined
  let done = 0
  // By then everybody has been served, and has queued again.
  let next = Math.max(warmUp, callers)
  const mark = (): void => {
    if (since !== undefined) {
      const { user, system } = process.cpuUsage(since)
      costs.push((user + system) / cycles)
    }
    before()
    next += cycles
    since = process.cpuUsage()
  }
  const call = async (): Promise<void> => {
    while (costs.length < count) {
      const connection = await subject.borrow()
      await nextTurn()
      subject.giveBack(connection)
      done += 1
      if (done === next) mark()
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return median(costs)
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
