import { setTimeout as sleep } from 'node:timers/promises'

import type { PoolOptions } from '@mysql-hostpool/core'

import { within } from '../../deadline.js'
import type { HostVerdict } from '../facts.js'
import { failureOf } from './failure.js'
import { endInTime, PROBE_INTERVAL, probingPool } from './host-line.js'
import type { HostPlan } from './host-plans.js'

/** What a pool's probe makes of each host. */
export interface Probed {
  readonly verdict: HostVerdict
  /** False where the probe got no answer: the verdict then says so. */
  readonly answered: boolean
}

/**
 * Has one pool look at all of the hosts, as the pool that is examined would: what one host says of its cluster is held against
 * what the others say. By the names of the hosts.
 */
export async function probeHosts(
  plans: readonly HostPlan[],
  options: PoolOptions,
  timeout: number,
): Promise<ReadonlyMap<string, Probed>> {
  if (plans.length === 0) return new Map()
  const addresses = plans.flatMap(({ address }) => (address === undefined ? [] : [address]))
  const pool = probingPool(options, addresses.length === 0 ? undefined : addresses, 'on', timeout)
  try {
    const first = await within(pool.check({ timeout }), 2 * timeout)
    if (plans.length > 1) {
      // A host that was asked before the others had told of their cluster is asked once more.
      await sleep(2 * PROBE_INTERVAL)
      await within(pool.check({ timeout: Math.min(timeout, 500) }), timeout)
    }
    const { hosts } = pool.status()
    return new Map(
      plans.map(({ name }, index): [string, Probed] => {
        const { state = 'down', reason = '', writable = false } = hosts[index] ?? {}
        const { answered = false, error } = first.hosts[index] ?? {}
        if (answered) return [name, { answered, verdict: { state, reason, writable: state === 'up' && writable } }]
        const why = error === undefined ? '' : ` (${failureOf(error).message})`
        return [
          name,
          { answered, verdict: { state: 'down', reason: `its probe was not answered${why}`, writable: false } },
        ]
      }),
    )
  } catch {
    return new Map()
  } finally {
    await endInTime(pool)
  }
}
