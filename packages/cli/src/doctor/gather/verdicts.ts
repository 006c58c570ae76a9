import { setTimeout as sleep } from 'node:timers/promises'

import type { PoolOptions } from '@mysql-hostpool/core'

import { within } from '../../deadline.js'
import type { HostVerdict } from '../facts.js'
import { failureOf } from './failure.js'
import { endInTime, PROBE_INTERVAL, probingPool } from './host-line.js'
import type { HostPlan } from './host-plans.js'

/**
 * The verdicts of the probes, by the names of the hosts. One pool probes all hosts, as the examined pool would: its probe
 * compares the answers of a host about its cluster with those of the other hosts.
 */
export async function probeHosts(
  plans: readonly HostPlan[],
  options: PoolOptions,
  timeout: number,
): Promise<ReadonlyMap<string, HostVerdict>> {
  if (plans.length === 0) return new Map()
  const addresses = plans.flatMap(({ address }) => (address === undefined ? [] : [address]))
  const pool = probingPool(options, addresses.length === 0 ? undefined : addresses, 'on', timeout)
  try {
    const checks = [await within(pool.check({ timeout }), 2 * timeout)]
    if (plans.length > 1) {
      // A host that was probed before the others had told of their cluster is probed once more.
      await sleep(2 * PROBE_INTERVAL)
      checks.push(await within(pool.check({ timeout: Math.min(timeout, 500) }), 2 * timeout))
    }
    const { hosts } = pool.status()
    return new Map(
      plans.map(({ name }, index): [string, HostVerdict] => {
        const { state = 'down', reason = '', writable = false } = hosts[index] ?? {}
        const error = checks[0]?.hosts[index]?.error
        if (checks.some((check) => check.hosts[index]?.answered))
          return [name, { state, reason, writable: state === 'up' && writable }]
        const why = error === undefined ? '' : ` (${failureOf(error).message})`
        return [name, { state: 'down', reason: `its probe was not answered${why}`, writable: false }]
      }),
    )
  } catch {
    return new Map()
  } finally {
    await endInTime(pool)
  }
}
