import type { Access } from '../sql/access.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/**
 * One checkout of one connection. The engine makes a new one for each checkout and obeys only the one that is out: what a borrower
 * still asks for with a checkout that has ended can never reach the next borrower of the same connection.
 */
export class Checkout<R extends Resource> {
  readonly connection: PooledConnection<R>
  /** When the checkout began. */
  readonly since: number
  /** Where the connection was borrowed, when leaks are looked for. */
  readonly borrowedAt: Error | undefined
  /** What the connection is used for; undefined until that is known. */
  use: Access | undefined
  /** The checkout is not counted as reading or writing, because its host is unresponsive. */
  aside = false
  leakReported = false
  /** The pool itself ended the checkout; its borrower cannot know. */
  takenAway = false

  constructor(connection: PooledConnection<R>, use: Access | undefined, borrowedAt: Error | undefined, since: number) {
    this.connection = connection
    this.use = use
    this.borrowedAt = borrowedAt
    this.since = since
  }

  /** Whether the checkout goes on: the connection belongs to this borrower and to no other. */
  get isOut(): boolean {
    return this.connection.checkout === this
  }
}
