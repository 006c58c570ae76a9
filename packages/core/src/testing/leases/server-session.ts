import type { LifeOptions } from './operation.js'
import type { Borrowing } from './borrowing.js'

/** What is open in a session, and what it has written. */
interface ServerTransaction {
  /** Marks that it leaves when it is committed. */
  work: number[]
  /** How much of the work was done when the savepoint was set. */
  savepoint: number | undefined
  readonly isolation: string
}

/** What a session has been made into, all of which a reset undoes but for the schema and the user. */
export interface SessionValues {
  transaction: ServerTransaction | undefined
  autocommit: boolean
  variable: number | null
  /** Set by the application's hook. */
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
  /** Whose statement the last id is of. */
  lastIdOf: Borrowing | undefined
  rowCount: number
  foundRows: number
  warnings: number
}

export const OWN_USER = 'shop'
export const OWN_SCHEMA = 'app'
export const USUAL_ISOLATION = 'REPEATABLE-READ'
export const USUAL_NAMES = 'utf8mb4'
/** What the application sets where it sets anything. */
export const SET_UP_ZONE = '+00:00'
export const USUAL_ZONE = 'SYSTEM'

/** A server's end of a connection. */
export interface ServerSession {
  /** Unique among all servers. */
  readonly id: number
  readonly server: string
  values: SessionValues
  schema: string | null
  user: string
  /** Reset after something that a reset does not undo on this kind of server. */
  unresettable: boolean
  /** Whose statement ran here last. */
  last: Borrowing | undefined
  open: boolean
  /** The client's end is gone. */
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

/** What a borrower would find in this session that it has not brought about; undefined when it is as good as new. */
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
