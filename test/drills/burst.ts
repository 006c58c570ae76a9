import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../program/within.js'
import { errorCode } from './error-code.js'
import type { Burst } from './messages.js'
import type { BurstRecord } from './record.js'
import type { Subject } from './subjects/subject.js'

/** Longer than any pool here lets a caller wait, unless it forgets the caller. */
const LONGEST_WAIT = 45_000

/** Asks for many connections at one moment. */
export async function runBurst(subject: Subject, { wanted, hold }: Burst): Promise<BurstRecord> {
  const begin = performance.now()
  const errors: string[] = []
  const order: number[] = []
  let worst = 0
  let settled = 0
  const one = async (index: number) => {
    try {
      const connection = await subject.borrow()
      order.push(index)
      worst = Math.max(worst, performance.now() - begin)
      try {
        await sleep(hold)
        await connection.query('SELECT 1')
      } finally {
        connection.release()
      }
    } catch (error) {
      worst = Math.max(worst, performance.now() - begin)
      errors.push(errorCode(error))
    } finally {
      settled += 1
    }
  }
  const callers = Array.from({ length: wanted }, (_, index) => one(index))
  await within(Promise.all(callers), LONGEST_WAIT)
  return {
    wanted,
    served: order.length,
    errors,
    unsettled: wanted - settled,
    worst,
    inversions: countInversions(order),
  }
}

/** How many were served after somebody who had asked later. */
export function countInversions(order: readonly number[]): number {
  let latest = -1
  let inversions = 0
  for (const index of order) {
    if (index < latest) inversions += 1
    latest = Math.max(latest, index)
  }
  return inversions
}
