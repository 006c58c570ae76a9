import type { UserChange } from '../../sql/user-change.js'
import type { VirtualClock } from '../virtual-clock.js'
import type { Said } from './borrowing.js'
import type { Database } from './database.js'
import type { Owner } from './decodings.js'
import type { Fate, LifeOptions } from './operation.js'
import type { Reply } from './perform.js'
import type { ServerSession } from './server-session.js'

/** A command, as it comes over the wire. */
export interface Request {
  readonly command: 'query' | 'prepare' | 'ping' | 'reset' | 'change user'
  readonly sql: string
  readonly change?: UserChange
  /** Whose it is. */
  readonly owner?: Owner | undefined
}

/** What comes back. */
export interface Answer {
  readonly errno: number | undefined
  readonly replies: readonly Exclude<Reply, { is: 'error' }>[]
  /** Status flags; an error has none. */
  readonly status: number
  readonly changed: boolean
  readonly schema: string | undefined
  /** Its rows cannot be decoded. */
  readonly cut: boolean
}

/** The client's end of a connection. */
export interface Client {
  answered(answer: Answer): void
  lost(): void
}

/** What the servers have to know of statements: whose they are, and what befalls them. */
export interface StatementBook {
  /** Called when a statement is put on the wire. Undefined for the pool's own. */
  sent(session: ServerSession, sql: string, owner: Owner | undefined): Said | undefined
  /** Called when a change of the user is put on the wire. */
  changesUser(session: ServerSession): void
  /** Called when a statement is carried out that takes what its session knows as the last id. */
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
