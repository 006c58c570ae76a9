import type { Host } from '../hosts/host.js'
import type { HostSelector, HostSnapshot, Random } from '../selectors/selector.js'
import type { HostPool } from './host-pool.js'
import type { Resource } from './resource.js'

export interface ChoiceContext {
  readonly selector: HostSelector
  readonly random: Random
  readonly zone: string | undefined
  readonly slowStart: number
  readonly now: number
  /** Hosts on which the waiter's connect has failed already. */
  readonly failedOn: ReadonlySet<Host> | undefined
}

/**
 * Lets the selector choose among the candidates.
 * @param isFree - whether a candidate can be taken now. The selector sees the other candidates too: if it prefers one of them,
 * no host is chosen, and the connection waits
 */
export function chooseHost<R extends Resource>(
  candidates: readonly HostPool<R>[],
  context: ChoiceContext,
  isFree: (hostPool: HostPool<R>) => boolean = () => true,
): HostPool<R> | undefined {
  if (!candidates.some(isFree)) return undefined
  if (candidates.length === 1) return candidates[0]
  const hosts = candidates.map((hostPool) => snapshotOf(hostPool, context))
  const homeOf = (host: HostSnapshot): HostPool<R> | undefined => candidates[hosts.indexOf(host)]
  const picked = context.selector({ hosts, zone: context.zone }, context.random, (host) => {
    const hostPool = homeOf(host)
    return hostPool !== undefined && isFree(hostPool)
  })
  return picked && homeOf(picked)
}

function snapshotOf<R extends Resource>(hostPool: HostPool<R>, context: ChoiceContext): HostSnapshot {
  const { host } = hostPool
  return {
    name: host.name,
    zone: host.config.zone,
    weight: host.weightAt(context.now, context.slowStart),
    priority: host.config.priority,
    state: host.state,
    inUse: hostPool.inUse.size,
    idle: hostPool.idle.size,
    connecting: hostPool.attempts.size,
    latency: host.latency,
    failedBefore: context.failedOn?.has(host) ?? false,
  }
}
