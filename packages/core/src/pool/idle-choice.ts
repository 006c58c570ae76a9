import { overlap, type Serves } from '../sql/access.js'
import { traitsOf } from '../selectors/registry.js'
import { chooseHost } from './host-choice.js'
import type { HostPool } from './host-pool.js'
import type { Pauses } from './pauses.js'
import type { PoolState } from './pool-state.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** Chooses the idle connection for the next checkout, and decides whether the connection is validated first. */
export class IdleChoice<R extends Resource> {
  readonly #state: PoolState<R>
  readonly #pauses: Pauses
  /** Whether the selector ranks hosts at each checkout, not only when a connection is opened. */
  readonly #ranks: boolean

  constructor(state: PoolState<R>, pauses: Pauses) {
    this.#state = state
    this.#pauses = pauses
    this.#ranks = traitsOf(state.options.selector).ranksIdle
  }

  /**
   * The connection used last of a suitable host. The connection stays idle.
   * @param wanted - the access that the caller needs and the bulkhead allows
   */
  newest(wanted: Serves, now: number): PooledConnection<R> | undefined {
    const { connections, hostPools, env } = this.#state
    if (connections.idle.size === 0) return undefined
    if (!this.#ranks) {
      // The first draw nearly always finds a suitable host.
      const drawn = connections.idle.drawHost(env.random)
      if (drawn !== undefined && isEligible(drawn, wanted, hostPools.anyUnresponsive)) return drawn.idle.newest
    }
    return this.#host(wanted, now)?.idle.newest
  }

  needsValidation({ stateSince }: PooledConnection<R>, now: number): boolean {
    const { validateAfterIdle } = this.#state.options
    // The process may have been suspended for hours, and the monotonic clock may have stood still meanwhile.
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
