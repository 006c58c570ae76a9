import type { LifeOptions } from './operation.js'
import type { Borrowing } from './borrowing.js'

/** The open transaction of a session, and its work. */
interface ServerTransaction {
  /** The marks that the transaction leaves when it is committed. */
  work: number[]
  /** The number of marks at the savepoint. */
  savepoint: number | undefined
  readonly isolation: string
}

/** The changes of a session. A reset undoes all of them; the schema and the user, which it keeps, are not among them. */
export interface SessionValues {
  transaction: ServerTransaction | undefined
  autocommit: boolean
  variable: number | null
  /** Whether the application's hook `onConnect` has run. */
  hook: boolean
  zone: string
  noBackslashEscapes: boolean
  isolation: string
  nextIsolation: string | undefined
  names: string
  syncWait: boolean
  locks: number
  tablesLocked: boolean
  temporary: boolean
  tracking: boolean
  lastId: number
  /** The borrower of the statement that made the last id. */
  lastIdOf: Borrowing | undefined
  rowCount: number
  foundRows: number
  warnings: number
}

export const OWN_USER = 'shop'
export const OWN_SCHEMA = 'app'
export const USUAL_ISOLATION = 'REPEATABLE-READ'
export const USUAL_NAMES = 'utf8mb4'
/** The time zone that the application sets, where it sets a variable. */
export const SET_UP_ZONE = '+00:00'
export const USUAL_ZONE = 'SYSTEM'

/** The server's end of a connection. */
export interface ServerSession {
  /** The id of the connection, which is unique among all servers. */
  readonly id: number
  readonly server: string
  values: SessionValues
  schema: string | null
  user: string
  /** Whether the session was reset after a change that a reset does not undo on this kind of server. */
  unresettable: boolean
  /** The borrower of the last statement. */
  last: Borrowing | undefined
  open: boolean
  /** Whether the client's end is closed. */
  left: boolean
}

export function freshValues(): SessionValues {
  return {
    transaction: undefined,
    autocommit: true,
    variable: null,
    hook: false,
    zone: USUAL_ZONE,
    noBackslashEscapes: false,
    isolation: USUAL_ISOLATION,
    nextIsolation: undefined,
    names: USUAL_NAMES,
    syncWait: false,
    locks: 0,
    tablesLocked: false,
    temporary: false,
    tracking: false,
    lastId: 0,
    lastIdOf: undefined,
    rowCount: 0,
    foundRows: 0,
    warnings: 0,
  }
}

/** A change in a session that its next borrower would find, in words; undefined for a session that is as good as new. */
export function whatIsLeft(session: ServerSession, options: LifeOptions): string | undefined {
  const { values, schema, user } = session
  const left: string[] = []
  const unless = (right: boolean, what: string): void => {
    if (!right) left.push(what)
  }
  unless(values.transaction === undefined, 'an open transaction')
  unless(values.autocommit === options.autocommit, `autocommit ${values.autocommit ? 'on' : 'off'}`)
  unless(values.variable === null, 'a user variable')
  unless(values.hook === options.setsUp, 'not what onConnect sets')
  unless(values.zone === (options.setsUp ? SET_UP_ZONE : USUAL_ZONE), `time zone ${values.zone}`)
  unless(!values.noBackslashEscapes, 'sql_mode NO_BACKSLASH_ESCAPES')
  unless(values.isolation === USUAL_ISOLATION, `isolation level ${values.isolation}`)
  unless(values.nextIsolation === undefined, 'an isolation level for the next transaction')
  unless(values.names === USUAL_NAMES, `names ${values.names}`)
  unless(!values.syncWait, 'wsrep_sync_wait')
  unless(values.locks === 0, 'a named lock')
  unless(!values.tablesLocked, 'locked tables')
  unless(!values.temporary, 'a temporary table')
  unless(schema === (options.database ? OWN_SCHEMA : null), `schema ${schema}`)
  unless(user === OWN_USER, `user ${user}`)
  unless(!session.unresettable, 'what this kind of server does not reset')
  return left.length === 0 ? undefined : left.join(', ')
}
