import type { Queryable } from './queryable.js'

/** The argument of `onConnect`: a session during its set-up, before its first borrower. */
export interface SetupSession extends Queryable {
  /** `name:port` of the session's host. */
  readonly host: string
  /** The server's own number of the connection, as its logs show it; undefined where the server sent none. Not an identity. */
  readonly threadId: number | undefined
  /** The version of the server, as the server reports it, e.g. `10.11.19-MariaDB`. */
  readonly serverVersion: string
}
