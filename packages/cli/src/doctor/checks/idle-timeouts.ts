import type { Check } from '../check.js'
import type { PoolPlan } from '../facts.js'
import { groupBy, namesOf, reachedHosts } from '../reached.js'
import { numberOf, seconds } from '../values.js'

/** Whether the pool closes its idle connections before the servers do. */
export const idleTimeouts: Check = {
  name: 'idle-timeouts',
  weight: 55,
  run: (facts) => {
    const longest = longestRest(facts.pool)
    const groups = groupBy(reachedHosts(facts), ({ server }) => server.session.get('wait_timeout'))
    return [...groups.values()].flatMap((hosts) => {
      const wait = numberOf(hosts[0]?.server.session ?? new Map(), 'wait_timeout')
      if (wait === undefined || wait * 1000 > longest) return []
      const fitting = Math.max(1, Math.floor(wait * 1000 * 0.8))
      const kept = facts.pool.minIdle > 0
      return [
        {
          level: 'warning' as const,
          hosts: namesOf(hosts),
          problem: `The server closes a connection that rests for ${wait} s (wait_timeout); the pool keeps it for ${longest === Infinity ? 'ever' : seconds(longest)} (${kept ? 'minIdle, maxLifetime' : 'idleTimeout'}).`,
          reason: 'Connections are found dead when they are needed: the next caller waits for a new one.',
          remedy: kept
            ? `?maxLifetime=${fitting}   # or ?sessionVariables.wait_timeout=${restSeconds(longest)}`
            : `?idleTimeout=${fitting}   # or ?sessionVariables.wait_timeout=${restSeconds(longest)}`,
        },
      ]
    })
  },
}

/**
 * The longest time that a connection may be idle: `maxLifetime` for the last `minIdle` connections, else `idleTimeout` too. 0 is
 * no limit.
 */
function longestRest({ idleTimeout, maxLifetime, minIdle }: PoolPlan): number {
  const limits = (minIdle > 0 ? [maxLifetime] : [idleTimeout, maxLifetime]).filter((limit) => limit > 0)
  return limits.length === 0 ? Infinity : Math.min(...limits)
}

function restSeconds(longest: number): number {
  return longest === Infinity ? 31_536_000 : Math.ceil((longest / 1000) * 1.2)
}
