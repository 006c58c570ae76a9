import type { Timer } from '../clock.js'
import { Balance } from './balance.js'
import type { Connections } from './connections.js'
import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { Homes } from './homes.js'
import type { Resource } from './resource.js'
import type { Supply } from './supply.js'

/** The longest time between two rounds. */
const LONGEST_PAUSE = 1000
const SHORTEST_PAUSE = 20
/** The part of a pause that is left out at random: pools of many processes must not fall into step. */
const JITTER = 0.25

export interface HousekeeperParts<R extends Resource> {
  readonly homes: Homes<R>
  readonly connections: Connections<R>
  readonly supply: Supply<R>
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
  readonly #balance: Balance<R>
  readonly #pause: number
  /** When the next round is due; Infinity when there is none. */
  dueAt = Infinity
  #timer: Timer | undefined
  #stopped = false

  constructor(options: EngineOptions, env: EngineEnvironment<R>, parts: HousekeeperParts<R>) {
    this.#options = options
    this.#env = env
    this.#parts = parts
    this.#balance = new Balance(options, env, parts.homes, parts.supply)
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
    this.#parts.supply.pump()
    this.#fillIdle()
    this.#moveSome()
    if (this.#parts.connections.size > 0 || this.#options.minIdle > 0) this.start()
  }

  #closeExpired(now: number): void {
    const { idleTimeout, minIdle } = this.#options
    for (const home of this.#parts.homes.all) {
      // From the one that rests for longest; the first that is fresh enough ends the search for idle ones.
      let connection = home.idle.oldest
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
    const { connections, supply } = this.#parts
    while (connections.idle.size + supply.connecting < this.#options.minIdle && supply.openSpare()) {
      // each turn starts one handshake
    }
  }

  #moveSome(): void {
    for (const { from, to } of this.#balance.moves()) {
      // With room to spare the new one comes first; at the limit it takes the place of the one that goes.
      if (!this.#parts.supply.openAt(to)) this.#parts.supply.reserve(to)
      this.#parts.connections.retire(from, 'rebalanced')
    }
  }

  #reportLeaks(now: number): void {
    for (const home of this.#parts.homes.all) {
      for (const { checkout } of home.all) {
        if (checkout === undefined || checkout.leakReported) continue
        const held = now - checkout.since
        if (held < this.#options.leakDetectionThreshold) continue
        checkout.leakReported = true
        const stack = checkout.borrowedAt?.stack ?? ''
        this.#env.emitter.emit('leak', { host: home.host.name, held, stack })
      }
    }
  }
}
