import type { Access } from '../sql/access.js'
import { Checkout } from './checkout.js'
import type { HostPool } from './host-pool.js'
import type { PoolState } from './pool-state.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** Keeps the books of what is checked out, and for what. */
export class Checkouts<R extends Resource> {
  /** All checkouts so far. */
  served = 0
  /** Requests that were refused because their checkout had ended. */
  stale = 0
  readonly #state: PoolState<R>

  constructor(state: PoolState<R>) {
    this.#state = state
  }

  /**
   * @param borrowedAt - where the borrower asked, when leaks are looked for
   * @param since - when it asked
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

  /** Whether a request may be obeyed. One whose checkout has ended may not: the connection may have another borrower by now. */
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

  /** Ends a checkout that its borrower has not ended. */
  takeAway(checkout: Checkout<R>, now: number): void {
    checkout.takenAway = true
    this.end(checkout, now)
  }

  /**
   * Notes what a borrower does with its connection, where it was said to do nothing or something else.
   * @param force - also when this kind of work has its share already
   * @returns false when it has, and the borrower should ask again for this kind of access
   */
  use(checkout: Checkout<R>, access: Access, force: boolean, now: number): boolean {
    this.#state.bulkhead.asked(access, now)
    if (checkout.aside) {
      // It counts for no kind of work now; for this one when its host is heard of again.
      checkout.use = access
      return true
    }
    if (!force && !this.#state.bulkhead.allows(access, now)) return false
    if (checkout.use !== undefined) this.#state.bulkhead.returned(checkout.use, checkout.since, now)
    checkout.use = access
    this.#state.bulkhead.inUse(access, checkout.since)
    return true
  }

  /** Checkouts on an unresponsive host leave their share of reads or writes to other borrowers, until the host answers again. */
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
