import type { Borrowing } from './borrowing.js'
import type { Database } from './database.js'
import type { Fate, LifeOptions } from './operation.js'
import { meaningOf, type Saying } from './saying.js'
import type { ServerSession, SessionValues } from './server-session.js'

/** The answer to one statement: the number of an error, or a result. */
export type Reply =
  | { readonly is: 'error'; readonly errno: number }
  | { readonly is: 'ok'; readonly insertId: number; readonly affected: number; readonly warnings: number }
  | { readonly is: 'rows'; readonly rows: readonly Readonly<Record<string, unknown>>[] }

export type Refused = Extract<Fate, { readonly is: 'refuse' }>

/** A statement with its session and surroundings. */
export interface Performance {
  readonly session: ServerSession
  readonly database: Database
  readonly options: LifeOptions
  readonly borrowing: Borrowing
  readonly saying: Saying
  /** The marks that the statement leaves. */
  readonly marks: readonly number[]
  /** The borrower's own mark that the statement reads, or the number that it sets a variable to. */
  readonly asked: number
}

const NO_SUCH_TABLE = 1146
const NO_SUCH_SAVEPOINT = 1305
const IN_TRANSACTION = 1568
const SYNTAX = 1064

/** Statements that see or change tables: without autocommit they open a transaction. */
export const TOUCHING: ReadonlySet<Saying> = new Set([
  'read',
  'read all',
  'read own',
  'insert',
  'insert with id',
  'insert nothing',
  'insert returning',
  'update',
  'call',
  'function',
  'load file',
] as const)

/** Carries a statement out. */
export function carryOut(performance: Performance): Reply {
  const { session, database, borrowing, saying, marks, asked, options } = performance
  const { values } = session
  if (TOUCHING.has(saying)) touch(values)
  switch (saying) {
    case 'read':
      return rows(asked % 4)
    case 'read all':
      return rows(40)
    case 'read own':
      return { is: 'rows', rows: [{ n: visible(values, database, asked) }] }
    case 'insert':
    case 'insert with id':
    case 'insert returning': {
      write(session, database, marks)
      values.lastId = database.nextId()
      values.lastIdOf = borrowing
      const { lastId } = values
      return saying === 'insert returning' ? { is: 'rows', rows: [{ id: lastId }] } : ok(1, lastId)
    }
    case 'insert nothing':
      return { ...ok(0), warnings: 1 }
    case 'update':
    case 'call':
    case 'load file':
      write(session, database, marks)
      return ok(1)
    case 'function':
      write(session, database, marks)
      return rows(1)
    case 'call committing':
      write(session, database, marks.slice(0, 1))
      commitOpen(session, database)
      write(session, database, marks.slice(1))
      return ok(1)
    case 'wrong':
      return { is: 'error', errno: SYNTAX }
    case 'create table':
    case 'truncate':
      commitOpen(session, database)
      database.commit(marks)
      return ok(0)
    case 'analyze':
      commitOpen(session, database)
      return rows(1)
    case 'lock tables':
      commitOpen(session, database)
      values.tablesLocked = true
      return ok(0)
    case 'unlock tables':
      if (values.tablesLocked) commitOpen(session, database)
      values.tablesLocked = false
      return ok(0)
    case 'set variable':
      values.variable = asked
      return ok(0)
    case 'select variable':
      values.variable = asked
      return rows(1)
    case 'get lock':
      values.locks += 1
      return rows(1)
    case 'set zone':
      values.zone = '+05:00'
      return ok(0)
    case 'set mode':
      values.noBackslashEscapes = true
      return ok(0)
    case 'set isolation':
      values.isolation = 'SERIALIZABLE'
      return ok(0)
    case 'set names':
      values.names = 'latin1'
      return ok(0)
    case 'set sync wait':
      values.syncWait = true
      return ok(0)
    case 'autocommit off':
      values.autocommit = false
      return ok(0)
    case 'autocommit on':
      if (!values.autocommit) commitOpen(session, database)
      values.autocommit = true
      return ok(0)
    case 'use other':
      session.schema = 'other'
      return ok(0)
    case 'use own':
      session.schema = 'app'
      return ok(0)
    case 'create temporary':
      values.temporary = true
      return ok(0)
    case 'begin':
    case 'start':
      commitOpen(session, database)
      values.tablesLocked = false
      open(values)
      return ok(0)
    case 'commit':
    case 'commit and chain':
    case 'commit release':
      return border(session, () => commitOpen(session, database), saying)
    case 'rollback':
    case 'rollback and chain':
    case 'rollback release':
      return border(session, () => (values.transaction = undefined), saying)
    case 'savepoint':
      if (!values.autocommit) touch(values)
      if (values.transaction !== undefined) values.transaction.savepoint = values.transaction.work.length
      return ok(0)
    case 'rollback to': {
      const { transaction } = values
      if (transaction?.savepoint === undefined) return { is: 'error', errno: NO_SUCH_SAVEPOINT }
      transaction.work.length = transaction.savepoint
      return ok(0)
    }
    case 'set transaction':
      if (values.transaction !== undefined) return { is: 'error', errno: IN_TRANSACTION }
      values.nextIsolation = 'SERIALIZABLE'
      return ok(0)
    case 'ask database':
      return answer(session.schema)
    case 'ask variable':
      return answer(values.variable)
    case 'ask id':
    case 'execute id':
      return answer(values.lastId)
    case 'ask row count':
    case 'execute row count':
      return answer(values.rowCount)
    case 'ask id and row count':
      return { is: 'rows', rows: [{ v: values.rowCount, id: values.lastId }] }
    case 'ask found rows':
      return answer(values.foundRows)
    case 'ask warnings':
      return answer(values.warnings)
    case 'ask user':
      return answer(session.user)
    case 'ask autocommit':
      return answer(values.autocommit ? 1 : 0)
    case 'ask zone':
      return answer(values.zone)
    case 'ask mode':
      return answer(values.noBackslashEscapes ? 'NO_BACKSLASH_ESCAPES' : '')
    case 'ask isolation':
      return answer(values.isolation)
    case 'ask connection':
      return answer(session.id)
    case 'ask temporary':
      return values.temporary ? answer(0) : { is: 'error', errno: NO_SUCH_TABLE }
    case 'several':
      throw new Error(`Its parts are carried out one by one (${String(options.hosts)})`)
    default:
      return saying satisfies never
  }
}

export function touch(values: SessionValues): void {
  if (!values.autocommit && values.transaction === undefined) open(values)
  // A statement outside of transactions is a transaction of its own.
  if (values.transaction === undefined) values.nextIsolation = undefined
}

function open(values: SessionValues): void {
  values.transaction = { work: [], savepoint: undefined, isolation: values.nextIsolation ?? values.isolation }
  values.nextIsolation = undefined
}

function write({ values }: ServerSession, database: Database, marks: readonly number[]): void {
  if (!values.autocommit && values.transaction === undefined) open(values)
  if (values.transaction === undefined) database.commit(marks)
  else values.transaction.work.push(...marks)
}

export function commitOpen({ values }: ServerSession, database: Database): void {
  if (values.transaction !== undefined) database.commit(values.transaction.work)
  values.transaction = undefined
}

function border(session: ServerSession, end: () => void, saying: Saying): Reply {
  const { values } = session
  const isolation = values.transaction?.isolation ?? values.nextIsolation ?? values.isolation
  const { chain } = meaningOf(saying)
  end()
  if (chain === true) {
    values.transaction = { work: [], savepoint: undefined, isolation }
    values.nextIsolation = undefined
  }
  return ok(0)
}

/** The number of times that a session sees a mark, its own open work included. */
function visible({ transaction }: SessionValues, database: Database, mark: number): number {
  const open = transaction?.work.filter((written) => written === mark).length ?? 0
  return database.count(mark) + open
}

function ok(affected: number, insertId = 0): Extract<Reply, { is: 'ok' }> {
  return { is: 'ok', affected, insertId, warnings: 0 }
}

function answer(v: unknown): Reply {
  return { is: 'rows', rows: [{ v }] }
}

function rows(count: number): Reply {
  return { is: 'rows', rows: Array.from({ length: count }, (_, i) => ({ i })) }
}
