import type { Clock, Timer } from '../clock.js'
import type { Connections } from './connections.js'
import type { PoolEmitter } from './emitter.js'
import type { CloseReason } from './events.js'
import type { HostConnections } from './host-connections.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** The longest time between two rounds. */
const LONGEST_PAUSE = 1000
const SHORTEST_PAUSE = 20

export interface HousekeeperOptions {
  readonly minIdle: number
  readonly idleTimeout: number
  readonly leakDetectionThreshold: number
}

export interface HousekeeperActions<R extends Resource> {
  close(connection: PooledConnection<R>, reason: CloseReason): void
  fillIdle(): void
}

/**
 * The chores: closes what was idle for too long or has reached its age, keeps `minIdle` connections, reports leaks. It runs
 * while there is anything to look after, and never keeps the process alive.
 */
export class Housekeeper<R extends Resource> {
  readonly #options: HousekeeperOptions
  readonly #clock: Clock
  readonly #emitter: PoolEmitter
  readonly #homes: readonly HostConnections<R>[]
  readonly #connections: Connections<R>
  readonly #actions: HousekeeperActions<R>
  readonly #pause: number
  #timer: Timer | undefined
  #stopped = false

  constructor(
    options: HousekeeperOptions,
    env: { readonly clock: Clock; readonly emitter: PoolEmitter },
    homes: readonly HostConnections<R>[],
    connections: Connections<R>,
    actions: HousekeeperActions<R>,
  ) {
    this.#options = options
    this.#clock = env.clock
    this.#emitter = env.emitter
    this.#homes = homes
    this.#connections = connections
    this.#actions = actions
    const limits = [LONGEST_PAUSE, options.idleTimeout / 4, options.leakDetectionThreshold / 2].filter(
      (time) => time > 0,
    )
    this.#pause = Math.max(SHORTEST_PAUSE, Math.min(...limits))
  }

  /** Makes sure that a next round comes. */
  start(): void {
    if (this.#timer !== undefined || this.#stopped) return
    this.#timer = this.#clock.afterIdly(this.#pause, () => this.#round())
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  #round(): void {
    this.#timer = undefined
    const now = this.#clock.now()
    this.#closeExpired(now)
    if (this.#options.leakDetectionThreshold > 0) this.#reportLeaks(now)
    if (this.#options.minIdle > 0) this.#actions.fillIdle()
    if (this.#connections.size > 0 || this.#options.minIdle > 0) this.start()
  }

  #closeExpired(now: number): void {
    const { idleTimeout, minIdle } = this.#options
    for (const home of this.#homes) {
      // From the one that rests for longest; the first that is fresh enough ends the search for idle ones.
      let connection = home.oldestIdle
      while (connection !== undefined) {
        const { newer } = connection
        const idleTooLong = idleTimeout > 0 && now - connection.stateSince >= idleTimeout
        if (now >= connection.expiresAt) this.#actions.close(connection, 'max lifetime')
        else if (idleTooLong && this.#connections.idle.size > minIdle) this.#actions.close(connection, 'idle timeout')
        connection = newer
      }
    }
  }

  #reportLeaks(now: number): void {
    for (const home of this.#homes) {
      for (const connection of home.all) {
        const held = now - connection.stateSince
        const late = connection.state === ConnectionState.lent && held >= this.#options.leakDetectionThreshold
        if (!late || connection.leakReported) continue
        connection.leakReported = true
        const stack = connection.borrowedAt?.stack ?? ''
        this.#emitter.emit('leak', { host: home.host.name, held, stack })
      }
    }
  }
}
