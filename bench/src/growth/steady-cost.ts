import type { PromiseSubject } from '../cycle/subject.js'

/**
 * Microseconds of this process's time that one cycle takes while everybody is there: those who come for the first time and
 * those who leave at the end are not among them.
 *
 * @param cycles - how many are measured, after as many as `warmUp` says or as there are callers
 * @param before - called before them, and not measured
 */
export async function steadyCost<T>(
  subject: Pick<PromiseSubject<T>, 'acquire' | 'release'>,
  callers: number,
  { warmUp, cycles }: { readonly warmUp: number; readonly cycles: number },
  before: () => void = () => undefined,
): Promise<number> {
  // By then everybody has been served, and has queued again.
  const first = Math.max(warmUp, callers)
  const last = first + cycles
  let done = 0
  let since = process.cpuUsage()
  let used = since
  const call = async (): Promise<void> => {
    while (done < last) {
      const connection = await subject.acquire()
      await nextTurn()
      subject.release(connection)
      done += 1
      if (done === first) {
        before()
        since = process.cpuUsage()
      } else if (done === last) used = process.cpuUsage(since)
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return (used.user + used.system) / cycles
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
