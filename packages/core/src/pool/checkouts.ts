import type { Access } from '../sql/access.js'
import { Checkout } from './checkout.js'
import type { HostPool } from './host-pool.js'
import type { PoolState } from './pool-state.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** Begins and ends checkouts, and counts them for the bulkhead. */
export class Checkouts<R extends Resource> {
  /** The number of all checkouts so far. */
  served = 0
  /** The number of requests that were refused because their checkout had ended. */
  stale = 0
  readonly #state: PoolState<R>

  constructor(state: PoolState<R>) {
    this.#state = state
  }

  /**
   * @param borrowedAt - the stack of the caller's request, with `leakDetectionThreshold`
   * @param since - the time of the caller's request
   */
  begin(
    connection: PooledConnection<R>,
    access: Access | undefined,
    borrowedAt: Error | undefined,
    since: number,
    now: number,
  ): Checkout<R> {
    const checkout = new Checkout(connection, access, borrowedAt, now)
    this.#state.connections.checkOut(checkout)
    this.#state.unresponsiveHosts.start()
    if (access !== undefined) this.#state.bulkhead.inUse(access, now)
    this.served += 1
    if (this.#state.env.emitter.hears('acquire')) {
      this.#state.env.emitter.emit('acquire', { host: connection.hostPool.host.name, waited: now - since })
    }
    return checkout
  }

  /** Whether a request is valid. A request with a checkout that has ended is not: the connection may have another borrower now. */
  obeys(checkout: Checkout<R>, asked: 'use' | 'release' | 'destroy'): boolean {
    if (checkout.isOut) return true
    if (!checkout.takenAway) this.#refuse(checkout, asked)
    return false
  }

  end(checkout: Checkout<R>, now: number): void {
    const { connection, leakReported, since, use } = checkout
    if (checkout.aside) this.#state.bulkhead.returnedAside()
    else if (use !== undefined) this.#state.bulkhead.returned(use, since, now)
    this.#state.connections.checkIn(connection)
    if (!leakReported && !this.#state.env.emitter.hears('release')) return
    const payload = { host: connection.hostPool.host.name, held: now - since }
    if (leakReported) this.#state.env.emitter.emit('leakReturned', payload)
    this.#state.env.emitter.emit('release', payload)
  }

  /** Ends a checkout without its borrower. */
  takeAway(checkout: Checkout<R>, now: number): void {
    checkout.takenAway = true
    this.end(checkout, now)
  }

  /**
   * Notes the use of a connection, where the use was unknown before or has changed.
   * @param force - whether the use is allowed even if the bulkhead allows no more of this kind
   * @returns false when the bulkhead allows no more of this kind: the borrower should ask for a connection with this access
   */
  use(checkout: Checkout<R>, access: Access, force: boolean, now: number): boolean {
    this.#state.bulkhead.asked(access, now)
    if (checkout.aside) {
      // The checkout counts for this kind of work only when its host has answered again.
      checkout.use = access
      return true
    }
    if (!force && !this.#state.bulkhead.allows(access, now)) return false
    if (checkout.use !== undefined) this.#state.bulkhead.returned(checkout.use, checkout.since, now)
    checkout.use = access
    this.#state.bulkhead.inUse(access, checkout.since)
    return true
  }

  /** Stops counting the checkouts on a host that became unresponsive as reads or writes, and counts them again when it answers. */
  responsivenessChanged(hostPool: HostPool<R>): void {
    const { unresponsive } = hostPool.host
    for (const { checkout } of hostPool.inUse) {
      if (checkout?.use === undefined || checkout.aside === unresponsive) continue
      checkout.aside = unresponsive
      if (unresponsive) this.#state.bulkhead.setAside(checkout.use, checkout.since)
      else this.#state.bulkhead.takeBack(checkout.use, checkout.since)
    }
  }

  #refuse({ connection }: Checkout<R>, asked: string): void {
    this.stale += 1
    const host = connection.hostPool.host.name
    this.#state.env.emitter.emit('warning', {
      host,
      message:
        `The pool has refused to ${asked} a connection to ${host}, because the checkout that asked for it had ended before. ` +
        'No connection was touched, but this is a bug of mysql-hostpool: please report it',
    })
  }
}
