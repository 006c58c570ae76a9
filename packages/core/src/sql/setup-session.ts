import type { Queryable } from './queryable.js'

/** A session that is set up: what `onConnect` is given, before any borrower gets it. */
export interface SetupSession extends Queryable {
  /** `name:port` of its host. */
  readonly host: string
  /** The server's own number of its connection, for its logs; undefined when the server sent none. Not an identity. */
  readonly threadId: number | undefined
  /** The version of its server, as the server says it, e.g. `10.11.19-MariaDB`. */
  readonly serverVersion: string
}
