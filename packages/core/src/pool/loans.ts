import type { Access } from '../statement/access.js'
import type { AccessShares } from './access-shares.js'
import type { Connections } from './connections.js'
import type { PoolEmitter } from './emitter.js'
import type { HostConnections } from './host-connections.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'
import type { SilenceWatch } from './silence-watch.js'

/** Keeps the books of what is lent, and for what. */
export class Loans<R extends Resource> {
  /** All loans so far. */
  served = 0
  readonly #connections: Connections<R>
  readonly #shares: AccessShares
  readonly #silence: SilenceWatch<R>
  readonly #emitter: PoolEmitter

  constructor(connections: Connections<R>, shares: AccessShares, silence: SilenceWatch<R>, emitter: PoolEmitter) {
    this.#connections = connections
    this.#shares = shares
    this.#silence = silence
    this.#emitter = emitter
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
  ): void {
    this.#connections.lend(connection, borrowedAt, now)
    this.#silence.start()
    connection.use = access
    if (access !== undefined) this.#shares.lent(access, connection.stateSince)
    this.served += 1
    if (this.#emitter.hears('acquire')) {
      this.#emitter.emit('acquire', { host: connection.home.host.name, waited: now - since })
    }
  }

  end(connection: PooledConnection<R>, now: number): void {
    const { leakReported, stateSince, use } = connection
    if (connection.aside) this.#shares.returnedAside()
    else if (use !== undefined) this.#shares.returned(use, stateSince, now)
    connection.aside = false
    connection.use = undefined
    this.#connections.giveBack(connection)
    if (!leakReported && !this.#emitter.hears('release')) return
    const payload = { host: connection.home.host.name, held: now - stateSince }
    if (leakReported) this.#emitter.emit('leakReturned', payload)
    this.#emitter.emit('release', payload)
  }

  /**
   * Notes what a borrower does with its connection, where it was said to do nothing or something else.
   * @param force - also when this kind of work has its share already
   * @returns false when it has, and the borrower should ask again for this kind of access
   */
  use(connection: PooledConnection<R>, access: Access, force: boolean, now: number): boolean {
    this.#shares.asked(access, now)
    if (connection.aside) {
      // It counts for no kind of work now; for this one when its host is heard of again.
      connection.use = access
      return true
    }
    if (!force && !this.#shares.allows(access, now)) return false
    if (connection.use !== undefined) this.#shares.returned(connection.use, connection.stateSince, now)
    connection.use = access
    this.#shares.lent(access, connection.stateSince)
    return true
  }

  /** Loans on a silent host leave the shares of reads and writes to those who can work, until the host is heard of again. */
  silenceChanged(home: HostConnections<R>): void {
    for (const connection of home.lent) {
      const { use, stateSince } = connection
      if (use === undefined || connection.aside === home.host.silent) continue
      connection.aside = home.host.silent
      if (home.host.silent) this.#shares.setAside(use, stateSince)
      else this.#shares.takeBack(use, stateSince)
    }
  }
}
