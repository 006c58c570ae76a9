import type { Timer } from '../clock.js'
import { Rebalancer } from './rebalancer.js'
import type { PoolState } from './pool-state.js'
import type { Resource } from './resource.js'
import type { Provisioner } from './provisioner.js'

/** Milliseconds: the longest and the shortest time between two rounds. */
const LONGEST_PAUSE = 1000
const SHORTEST_PAUSE = 20
/** The part of a pause that is left out at random, so that many processes do not run their rounds in step. */
const JITTER = 0.25

/**
 * Closes connections after `idleTimeout` and `maxLifetime`, keeps `minIdle` connections, moves connections to hosts that have too
 * few, and reports leaks. The housekeeper runs while the pool has connections or a `minIdle`, and never keeps the process alive.
 */
export class Housekeeper<R extends Resource> {
  readonly #state: PoolState<R>
  readonly #provisioner: Provisioner<R>
  readonly #rebalancer: Rebalancer<R>
  readonly #pause: number
  /** The time of the next round on the monotonic clock; Infinity when none is due. */
  dueAt = Infinity
  #timer: Timer | undefined
  #stopped = false

  constructor(state: PoolState<R>, provisioner: Provisioner<R>) {
    this.#state = state
    this.#provisioner = provisioner
    this.#rebalancer = new Rebalancer(state, provisioner)
    const { options } = state
    const limits = [LONGEST_PAUSE, options.idleTimeout / 4, options.leakDetectionThreshold / 2].filter(
      (time) => time > 0,
    )
    this.#pause = Math.max(SHORTEST_PAUSE, Math.min(...limits))
  }

  /** Sets the timer of the next round, unless it is set. */
  start(): void {
    if (this.#timer === undefined && !this.#stopped) this.#setTimer()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  #setTimer(): void {
    const { clock, random } = this.#state.env
    const pause = this.#pause * (1 - JITTER * random())
    this.dueAt = clock.now() + pause
    this.#timer = clock.afterIdly(pause, () => this.#round())
  }

  #round(): void {
    this.#timer = undefined
    this.dueAt = Infinity
    const now = this.#state.env.clock.now()
    this.#closeExpired(now)
    if (this.#state.options.leakDetectionThreshold > 0) this.#reportLeaks(now)
    // The reserve of the bulkhead may have ended.
    this.#state.actions.changed()
    this.#fillIdle()
    this.#moveSome()
    if (this.#state.connections.size > 0 || this.#state.options.minIdle > 0) this.start()
  }

  #closeExpired(now: number): void {
    const { idleTimeout, minIdle } = this.#state.options
    for (const hostPool of this.#state.hostPools.all) {
      for (const connection of hostPool.idle) {
        const idleTooLong = idleTimeout > 0 && now - connection.stateSince >= idleTimeout
        if (now >= connection.expiresAt) this.#state.connections.retire(connection, 'max lifetime')
        else if (idleTooLong && this.#state.connections.idle.size > minIdle)
          this.#state.connections.retire(connection, 'idle timeout')
      }
    }
  }

  /** Opens connections for `minIdle`. Waiters come first: they are served before this. */
  #fillIdle(): void {
    const { connections, attempts, options } = this.#state
    while (connections.idle.size + attempts.size < options.minIdle && this.#provisioner.openSpare()) {
      // each turn starts one handshake
    }
  }

  #moveSome(): void {
    for (const { from, to } of this.#rebalancer.moves()) {
      // Below `connectionLimit` the new connection is opened first. At the limit it takes the place of the closed one.
      if (!this.#provisioner.openAt(to)) this.#provisioner.reserve(to)
      this.#state.connections.retire(from, 'rebalanced')
    }
  }

  #reportLeaks(now: number): void {
    for (const hostPool of this.#state.hostPools.all) {
      for (const { checkout } of hostPool.all) {
        if (checkout === undefined || checkout.leakReported) continue
        const held = now - checkout.since
        if (held < this.#state.options.leakDetectionThreshold) continue
        checkout.leakReported = true
        const stack = checkout.borrowedAt?.stack ?? ''
        this.#state.env.emitter.emit('leak', { host: hostPool.host.name, held, stack })
      }
    }
  }
}
