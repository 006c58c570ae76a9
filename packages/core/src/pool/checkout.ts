import type { Access } from '../sql/access.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/**
 * One checkout of one connection. The engine makes a new object for each checkout, and refuses requests with a checkout that has
 * ended. A late request of a former borrower thus never reaches the next borrower of the same connection.
 */
export class Checkout<R extends Resource> {
  readonly connection: PooledConnection<R>
  /** The time at which the checkout began, on the monotonic clock. */
  readonly since: number
  /** The stack of the borrower's call; undefined without `leakDetectionThreshold`. */
  readonly borrowedAt: Error | undefined
  /** The use of the connection, for reads or for writes; undefined until the pool knows it. */
  use: Access | undefined
  /** The checkout counts as neither reading nor writing, because its host is unresponsive. */
  aside = false
  leakReported = false
  /** The pool itself ended the checkout, and the borrower does not know. */
  takenAway = false

  constructor(connection: PooledConnection<R>, use: Access | undefined, borrowedAt: Error | undefined, since: number) {
    this.connection = connection
    this.use = use
    this.borrowedAt = borrowedAt
    this.since = since
  }

  /** Whether the checkout has not ended: its borrower has the connection. */
  get isOut(): boolean {
    return this.connection.checkout === this
  }

  /** Whether the use is known as this one. A borrower that has written counts as a writer until it gives the connection back. */
  countsAs(access: Access): boolean {
    return this.use === access || this.use === 'write'
  }
}
