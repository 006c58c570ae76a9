import type { Access, Decoding, Lease } from '@mysql-hostpool/core'

import type { ResultObserver } from './borrowed-lease.js'

/** How a shape borrows from its pool. */
export interface ShapeOptions {
  /** How values are decoded for this shape's users, in place of the pool's options of the same names. */
  readonly decoding?: Decoding | undefined
  /** What its users do: `read` is served by any usable host. Default: each borrower's first statement decides. */
  readonly access?: Access | undefined
  /** Milliseconds its users wait for a connection, in place of the pool's `acquireTimeout`. */
  readonly acquireTimeout?: number | undefined
  /**
   * Once it has lent a connection, `getConnection` fails no more: why there is none is told by the first statement on what it
   * lends, and the next statement asks again. For libraries that remember a failed `getConnection` for ever. Default false.
   */
  readonly deferErrors?: boolean | undefined
  /** Told of what statements on lent connections were answered, streams left out: the text, and the rows or what it did. */
  readonly onResult?: ResultObserver | undefined
  /**
   * Told of each text on a lent connection before it is sent, streams left out. For libraries that border their transactions by
   * texts: the lease can be told which statements are in one (`lease.manage`).
   */
  readonly onStatement?: StatementObserver | undefined
}

/** Told of a statement before it is sent: the lease that sends it, and its text. What it throws, the statement fails with. */
export type StatementObserver = (lease: Lease, sql: string) => void
