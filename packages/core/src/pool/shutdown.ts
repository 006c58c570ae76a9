import type { Timer } from '../clock.js'
import type { Housekeeper } from './housekeeper.js'
import { closedError } from './acquire-errors.js'
import type { PoolState } from './pool-state.js'
import type { Provisioner } from './provisioner.js'
import type { Resource } from './resource.js'

/** The end of a pool: no new checkout begins, borrowers have `endTimeout` to release, then all connections are destroyed. */
export class Shutdown<R extends Resource> {
  readonly #state: PoolState<R>
  readonly #provisioner: Provisioner<R>
  readonly #housekeeper: Housekeeper<R>
  #timer: Timer | undefined
  #waiting: (() => void)[] = []

  constructor(state: PoolState<R>, provisioner: Provisioner<R>, housekeeper: Housekeeper<R>) {
    this.#state = state
    this.#provisioner = provisioner
    this.#housekeeper = housekeeper
  }

  /** Starts the end of the pool, unless it has started, and calls `done` when the pool has ended. */
  begin(done: () => void): void {
    const { phase, options, env } = this.#state
    if (phase === 'ended') {
      done()
      return
    }
    this.#waiting.push(done)
    if (phase === 'ending') return
    this.#state.enter('ending')
    this.#stop()
    this.#timer = env.clock.after(options.endTimeout, () => this.#destroyAll())
    this.proceed()
  }

  /** Called after each closed connection: the last one ends the pool. */
  proceed(): void {
    const { phase, connections, env } = this.#state
    if (phase !== 'ending' || connections.size > 0) return
    this.#state.enter('ended')
    this.#timer?.cancel()
    env.emitter.emit('end', {})
    const waiting = this.#waiting
    this.#waiting = []
    for (const call of waiting) call()
  }

  #stop(): void {
    const { options, hostPools, connections, waitQueue, unresponsiveHosts } = this.#state
    this.#housekeeper.stop()
    unresponsiveHosts.stop()
    this.#provisioner.stop()
    waitQueue.failAll(() => closedError(options.poolName))
    for (const hostPool of hostPools.all) connections.closeIdle(hostPool, 'pool ended')
  }

  #destroyAll(): void {
    const { env, hostPools, connections, checkouts } = this.#state
    const now = env.clock.now()
    for (const hostPool of hostPools.all) {
      for (const connection of Array.from(hostPool.all)) {
        if (connection.checkout !== undefined) checkouts.takeAway(connection.checkout, now)
        connections.drop(connection, 'pool ended')
      }
    }
  }
}
