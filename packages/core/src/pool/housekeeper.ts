import type { Timer } from '../clock.js'
import type { Bulkhead } from './bulkhead.js'
import { Rebalancer } from './rebalancer.js'
import type { Connections } from './connections.js'
import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { HostPools } from './host-pools.js'
import type { Resource } from './resource.js'
import type { Provisioner } from './provisioner.js'

/** The longest time between two rounds. */
const LONGEST_PAUSE = 1000
const SHORTEST_PAUSE = 20
/** The part of a pause that is left out at random: pools of many processes must not fall into step. */
const JITTER = 0.25

export interface HousekeeperParts<R extends Resource> {
  readonly hostPools: HostPools<R>
  readonly connections: Connections<R>
  readonly provisioner: Provisioner<R>
  readonly bulkhead: Bulkhead
}

/**
 * The chores: closes what was idle for too long or has reached its age, keeps `minIdle` connections, moves
 * connections to hosts that have too few, reports leaks. It runs while there is anything to look after, and never keeps the
 * process alive.
 */
export class Housekeeper<R extends Resource> {
  readonly #options: EngineOptions
  readonly #env: EngineEnvironment<R>
  readonly #parts: HousekeeperParts<R>
  readonly #rebalancer: Rebalancer<R>
  readonly #pause: number
  /** When the next round is due; Infinity when there is none. */
  dueAt = Infinity
  #timer: Timer | undefined
  #stopped = false

  constructor(options: EngineOptions, env: EngineEnvironment<R>, parts: HousekeeperParts<R>) {
    this.#options = options
    this.#env = env
    this.#parts = parts
    this.#rebalancer = new Rebalancer(options, env, parts)
    const limits = [LONGEST_PAUSE, options.idleTimeout / 4, options.leakDetectionThreshold / 2].filter(
      (time) => time > 0,
    )
    this.#pause = Math.max(SHORTEST_PAUSE, Math.min(...limits))
  }

  /** Makes sure that a next round comes. */
  start(): void {
    if (this.#timer === undefined && !this.#stopped) this.#setTimer()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  #setTimer(): void {
    const { clock, random } = this.#env
    const pause = this.#pause * (1 - JITTER * random())
    this.dueAt = clock.now() + pause
    this.#timer = clock.afterIdly(pause, () => this.#round())
  }

  #round(): void {
    this.#timer = undefined
    this.dueAt = Infinity
    const now = this.#env.clock.now()
    this.#closeExpired(now)
    if (this.#options.leakDetectionThreshold > 0) this.#reportLeaks(now)
    // A share that was kept free for a kind of work may be free for all again.
    this.#parts.provisioner.pump()
    this.#fillIdle()
    this.#moveSome()
    if (this.#parts.connections.size > 0 || this.#options.minIdle > 0) this.start()
  }

  #closeExpired(now: number): void {
    const { idleTimeout, minIdle } = this.#options
    for (const hostPool of this.#parts.hostPools.all) {
      // From the one that rests for longest; the first that is fresh enough ends the search for idle ones.
      let connection = hostPool.idle.oldest
      while (connection !== undefined) {
        const { newer } = connection
        const idleTooLong = idleTimeout > 0 && now - connection.stateSince >= idleTimeout
        if (now >= connection.expiresAt) this.#parts.connections.retire(connection, 'max lifetime')
        else if (idleTooLong && this.#parts.connections.idle.size > minIdle)
          this.#parts.connections.retire(connection, 'idle timeout')
        connection = newer
      }
    }
  }

  /** In the background, when nobody waits: whoever waits is served first. */
  #fillIdle(): void {
    const { connections, provisioner } = this.#parts
    while (connections.idle.size + provisioner.connecting < this.#options.minIdle && provisioner.openSpare()) {
      // each turn starts one handshake
    }
  }

  #moveSome(): void {
    for (const { from, to } of this.#rebalancer.moves()) {
      // With room to spare the new one comes first; at the limit it takes the place of the one that goes.
      if (!this.#parts.provisioner.openAt(to)) this.#parts.provisioner.reserve(to)
      this.#parts.connections.retire(from, 'rebalanced')
    }
  }

  #reportLeaks(now: number): void {
    for (const hostPool of this.#parts.hostPools.all) {
      for (const { checkout } of hostPool.all) {
        if (checkout === undefined || checkout.leakReported) continue
        const held = now - checkout.since
        if (held < this.#options.leakDetectionThreshold) continue
        checkout.leakReported = true
        const stack = checkout.borrowedAt?.stack ?? ''
        this.#env.emitter.emit('leak', { host: hostPool.host.name, held, stack })
      }
    }
  }
}
