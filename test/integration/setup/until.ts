import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '@mysql-hostpool/core'

/**
 * Waits until something holds of a pool.
 * @param milliseconds - how long at most
 * @throws when it does not hold by then, with what the pool knows of its hosts
 */
export async function until(pool: Pool, what: string, holds: () => boolean, milliseconds = 20_000): Promise<void> {
  const end = performance.now() + milliseconds
  while (!holds()) {
    if (performance.now() > end)
      throw new Error(`not within ${milliseconds} ms: ${what}; ${JSON.stringify(pool.status().hosts)}`)
    await sleep(10)
  }
}
