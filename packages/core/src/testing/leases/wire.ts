import type { UserChange } from '../../sql/user-change.js'
import type { VirtualClock } from '../virtual-clock.js'
import type { Said } from './borrowing.js'
import type { Database } from './database.js'
import type { Owner } from './decodings.js'
import type { Fate, LifeOptions } from './operation.js'
import type { Reply } from './perform.js'
import type { ServerSession } from './server-session.js'

/** A command on the wire. */
export interface Request {
  readonly command: 'query' | 'prepare' | 'ping' | 'reset' | 'change user'
  readonly sql: string
  readonly change?: UserChange
  /** The borrower of the command. */
  readonly owner?: Owner | undefined
}

/** The answer to a command. */
export interface Answer {
  readonly errno: number | undefined
  readonly replies: readonly Exclude<Reply, { is: 'error' }>[]
  /** Status flags, which an error does not have. */
  readonly status: number
  readonly changed: boolean
  readonly schema: string | undefined
  /** Whether the rows cannot be decoded. */
  readonly cut: boolean
}

/** The client's end of a connection. */
export interface Client {
  answered(answer: Answer): void
  lost(): void
}

/** The knowledge that servers need of statements: their borrowers and fates. */
export interface StatementBook {
  /** Called when a statement is put on the wire. Returns undefined for a statement of the pool itself. */
  sent(session: ServerSession, sql: string, owner: Owner | undefined): Said | undefined
  /** Called when a change of the user is put on the wire. */
  changesUser(session: ServerSession): void
  /** Called when a statement is carried out that uses the last id of its session. */
  takesId(session: ServerSession, said: Said): void
  fateOf(said: Said): Fate | undefined
}

export interface ServerEnvironment {
  readonly clock: VirtualClock
  readonly database: Database
  readonly options: LifeOptions
  readonly book: StatementBook
  readonly tell: (line: string) => void
  readonly nextSession: () => number
}
