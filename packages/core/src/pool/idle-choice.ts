import { overlap, type Serves } from '../sql/access.js'
import type { Connections } from './connections.js'
import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { HostPools } from './host-pools.js'
import { chooseHost } from './host-choice.js'
import type { HostPool } from './host-pool.js'
import type { Pauses } from './pauses.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'
import type { UnresponsiveHosts } from './unresponsive-hosts.js'

export interface IdleChoiceParts<R extends Resource> {
  readonly hostPools: HostPools<R>
  readonly connections: Connections<R>
  readonly unresponsive: UnresponsiveHosts<R>
  readonly pauses: Pauses
}

/** Which idle connection is taken next, and whether it has to prove first that it still answers. */
export class IdleChoice<R extends Resource> {
  readonly #options: EngineOptions
  readonly #env: EngineEnvironment<R>
  readonly #parts: IdleChoiceParts<R>
  /** Selectors that rank hosts at each checkout, not only when a connection is opened. */
  readonly #ranks: boolean

  constructor(options: EngineOptions, env: EngineEnvironment<R>, parts: IdleChoiceParts<R>) {
    this.#options = options
    this.#env = env
    this.#parts = parts
    this.#ranks = options.selector === 'least-busy' || options.selector === 'latency'
  }

  /**
   * The one used last of a host that may serve so; it stays where it is.
   * @param wanted - what it is to be used for, as far as that may be had
   */
  newest(wanted: Serves, now: number): PooledConnection<R> | undefined {
    return this.#host(wanted, now)?.idle.newest
  }

  needsValidation({ stateSince }: PooledConnection<R>, now: number): boolean {
    const { validateAfterIdle } = this.#options
    // The process may have stood still for hours, and a clock that stood still with it tells nothing of that.
    if (stateSince < this.#parts.pauses.noticedAt) return true
    if (validateAfterIdle === false) return false
    return validateAfterIdle === 0 || now - stateSince > validateAfterIdle
  }

  #host(wanted: Serves, now: number): HostPool<R> | undefined {
    const heardOf = this.#parts.unresponsive.any ? this.#hostAmong(wanted, now, true) : undefined
    return heardOf ?? this.#hostAmong(wanted, now, false)
  }

  #hostAmong(wanted: Serves, now: number, heardOf: boolean): HostPool<R> | undefined {
    const { idle } = this.#parts.connections
    if (idle.size === 0) return undefined
    if (!this.#ranks) {
      // Nearly always the first draw will do.
      const drawn = idle.drawHost(this.#env.random)
      if (drawn !== undefined && isEligible(drawn, wanted, heardOf)) return drawn
    }
    return this.#hostAmongAll(wanted, now, heardOf)
  }

  #hostAmongAll(wanted: Serves, now: number, heardOf: boolean): HostPool<R> | undefined {
    const { selector, random } = this.#env
    const { hostPools, connections } = this.#parts
    const eligible = (hostPool: HostPool<R>): boolean => isEligible(hostPool, wanted, heardOf)
    if (!this.#ranks) return connections.idle.drawHostAmong(hostPools.all, eligible, random)
    const { zone, health } = this.#options
    return chooseHost(
      hostPools.all.filter((hostPool) => hostPool.idle.size > 0 && eligible(hostPool)),
      { selector, random, zone, slowStart: health.slowStart, now, failedOn: undefined },
    )
  }
}

function isEligible<R extends Resource>({ host }: HostPool<R>, wanted: Serves, heardOf: boolean): boolean {
  return overlap(host.serves, wanted) && !(heardOf && host.silent)
}
