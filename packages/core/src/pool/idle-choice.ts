import { overlap, type Serves } from '../sql/access.js'
import { traitsOf } from '../selectors/registry.js'
import { chooseHost } from './host-choice.js'
import type { HostPool } from './host-pool.js'
import type { Pauses } from './pauses.js'
import type { PoolState } from './pool-state.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** Which idle connection is taken next, and whether it has to prove first that it still answers. */
export class IdleChoice<R extends Resource> {
  readonly #state: PoolState<R>
  readonly #pauses: Pauses
  /** Selectors that rank hosts at each checkout, not only when a connection is opened. */
  readonly #ranks: boolean

  constructor(state: PoolState<R>, pauses: Pauses) {
    this.#state = state
    this.#pauses = pauses
    this.#ranks = traitsOf(state.options.selector).ranksIdle
  }

  /**
   * The one used last of a host that may serve so; it stays where it is.
   * @param wanted - what it is to be used for, as far as that may be had
   */
  newest(wanted: Serves, now: number): PooledConnection<R> | undefined {
    const { connections, hostPools, env } = this.#state
    if (connections.idle.size === 0) return undefined
    if (!this.#ranks) {
      // Nearly always the first draw will do.
      const drawn = connections.idle.drawHost(env.random)
      if (drawn !== undefined && isEligible(drawn, wanted, hostPools.anyUnresponsive)) return drawn.idle.newest
    }
    return this.#host(wanted, now)?.idle.newest
  }

  needsValidation({ stateSince }: PooledConnection<R>, now: number): boolean {
    const { validateAfterIdle } = this.#state.options
    // The process may have stood still for hours, and a clock that stood still with it tells nothing of that.
    if (stateSince < this.#pauses.noticedAt) return true
    if (validateAfterIdle === false) return false
    return validateAfterIdle === 0 || now - stateSince > validateAfterIdle
  }

  #host(wanted: Serves, now: number): HostPool<R> | undefined {
    const responding = this.#state.hostPools.anyUnresponsive ? this.#hostAmong(wanted, now, true) : undefined
    return responding ?? this.#hostAmong(wanted, now, false)
  }

  #hostAmong(wanted: Serves, now: number, responding: boolean): HostPool<R> | undefined {
    const { selector, random } = this.#state.env
    const { hostPools, connections } = this.#state
    const eligible = (hostPool: HostPool<R>): boolean => isEligible(hostPool, wanted, responding)
    if (!this.#ranks) return connections.idle.drawHostAmong(hostPools.all, eligible, random)
    const { zone, health } = this.#state.options
    return chooseHost(
      hostPools.all.filter((hostPool) => hostPool.idle.size > 0 && eligible(hostPool)),
      { selector, random, zone, slowStart: health.slowStart, now, failedOn: undefined },
    )
  }
}

function isEligible<R extends Resource>({ host }: HostPool<R>, wanted: Serves, responding: boolean): boolean {
  return overlap(host.serves, wanted) && !(responding && host.unresponsive)
}
