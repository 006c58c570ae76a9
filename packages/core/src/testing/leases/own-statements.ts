import type { Reply } from './perform.js'
import type { LifeOptions } from './operation.js'
import { type ServerSession, USUAL_NAMES } from './server-session.js'

/** The state of a server that probes ask for. */
export interface ServerCondition {
  readonly readOnly: boolean
  readonly primary: boolean
}

const UNKNOWN_VARIABLE = 1193
const IN_TRANSACTION = 1568

/** Carries out a statement of the pool itself, which sets sessions up, cleans them, and probes servers. */
export function performOwn(
  session: ServerSession,
  sql: string,
  options: LifeOptions,
  condition: ServerCondition,
): Reply {
  const { values } = session
  if (sql.startsWith('SET ')) return set(session, sql, options)
  if (sql === 'ROLLBACK') {
    values.transaction = undefined
    return done()
  }
  // The pool sends this statement for the status flags of its answer.
  if (sql === 'DO 0') return done()
  if (sql === 'SELECT LAST_INSERT_ID(0) FROM (SELECT 1) AS t') {
    Object.assign(values, { lastId: 0, lastIdOf: undefined, rowCount: -1, foundRows: 1, warnings: 0 })
    return { is: 'rows', rows: [{ 'LAST_INSERT_ID(0)': 0 }] }
  }
  if (sql === 'SELECT CAST(LAST_INSERT_ID() AS CHAR) AS hostpool_key') {
    Object.assign(values, { rowCount: -1, foundRows: 1 })
    return { is: 'rows', rows: [{ hostpool_key: String(values.lastId) }] }
  }
  if (sql === 'DO LAST_INSERT_ID(0)') {
    Object.assign(values, { lastId: 0, lastIdOf: undefined, rowCount: 0 })
    return done()
  }
  if (sql === 'SELECT 1 FROM (SELECT 1) AS t') {
    Object.assign(values, { rowCount: -1, foundRows: 1, warnings: 0 })
    return { is: 'rows', rows: [{ 1: 1 }] }
  }
  if (sql.startsWith('USE ')) {
    session.schema = sql.slice(4).replaceAll('`', '')
    return done()
  }
  if (sql.startsWith('SHOW SESSION VARIABLES')) return named([])
  if (sql.startsWith('SHOW GLOBAL VARIABLES')) {
    const cluster = options.cluster === 'galera' ? GALERA_VARIABLES : []
    return named([...cluster, ['read_only', condition.readOnly ? 'ON' : 'OFF']])
  }
  if (sql.includes('WSREP_LOCAL_STATE')) return named(galeraState(condition))
  if (sql.startsWith("SELECT 'READ_ONLY'")) return named([['READ_ONLY', condition.readOnly ? '1' : '0']])
  if (/^SHOW (?:ALL SLAVES|REPLICA) STATUS/.test(sql)) return { is: 'rows', rows: [] }
  const variables = /^SELECT (@@[\w.]+(?:, ?@@[\w.]+)*)/i.exec(sql)?.[1]
  if (variables !== undefined) {
    const names = variables.toLowerCase().split(/, ?/)
    return {
      is: 'rows',
      rows: [Object.fromEntries(names.map((name) => [name, variable(name, session, options, condition)]))],
    }
  }
  throw new Error(`The servers of this model do not know the statement ${sql}`)
}

function set(session: ServerSession, sql: string, options: LifeOptions): Reply {
  const { values } = session
  if (sql.startsWith('SET TRANSACTION')) {
    if (values.transaction !== undefined) return { is: 'error', errno: IN_TRANSACTION }
    values.nextIsolation = 'SERIALIZABLE'
    return done()
  }
  if (/session_track_state_change/i.test(sql)) {
    if (options.tracking === 'no') return { is: 'error', errno: UNKNOWN_VARIABLE }
    values.tracking = true
  }
  const zone = /time_zone = '([^']*)'/.exec(sql)?.[1]
  if (zone !== undefined) values.zone = zone
  if (/\bNAMES '?utf8mb4/i.test(sql)) values.names = USUAL_NAMES
  if (/autocommit = 0/.test(sql)) values.autocommit = false
  if (/@hook = 1/.test(sql)) values.hook = true
  return done()
}

function variable(name: string, session: ServerSession, options: LifeOptions, condition: ServerCondition): unknown {
  switch (name.replace(/^@@(?:global\.|session\.)?/, '')) {
    case 'read_only':
      return condition.readOnly ? 1 : 0
    case 'innodb_rollback_on_timeout':
      return options.rollbackOnTimeout ? 1 : 0
    case 'autocommit':
      return session.values.autocommit ? 1 : 0
    case 'sql_mode':
      return session.values.noBackslashEscapes ? 'NO_BACKSLASH_ESCAPES' : ''
    default:
      throw new Error(`The servers of this model do not know the variable ${name}`)
  }
}

const GALERA_VARIABLES = [
  ['wsrep_on', 'ON'],
  ['wsrep_provider', 'libgalera_smm.so'],
] as const

function galeraState({ readOnly, primary }: ServerCondition): readonly (readonly [string, string])[] {
  return [
    ['WSREP_LOCAL_STATE', primary ? '4' : '0'],
    ['WSREP_CLUSTER_STATUS', primary ? 'Primary' : 'non-Primary'],
    ['WSREP_READY', primary ? 'ON' : 'OFF'],
    ['READ_ONLY', readOnly ? '1' : '0'],
    ['WSREP_REJECT_QUERIES', 'NONE'],
    ['WSREP_SST_DONOR_REJECTS_QUERIES', '0'],
  ]
}

function named(pairs: readonly (readonly [string, string])[]): Reply {
  return { is: 'rows', rows: pairs.map(([name, value]) => ({ name, value })) }
}

function done(): Reply {
  return { is: 'ok', affected: 0, insertId: 0, warnings: 0 }
}
