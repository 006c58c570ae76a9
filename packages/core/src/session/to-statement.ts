import { HostpoolError } from '../errors/hostpool-error.js'
import { unknownName } from '../config/known-names.js'
import { statementOptionNames } from '../sql/option-names.js'
import type { StatementOptions, StatementValues } from '../sql/statement.js'

const KNOWN: ReadonlySet<string> = new Set(statementOptionNames)

/**
 * Brings the two forms of a statement into one.
 * @param unexpected - the argument behind the values
 * @throws ERR_HOSTPOOL_UNSUPPORTED for a value that is no statement, for an unknown option, and for a callback
 */
export function toStatement(
  sql: string | StatementOptions,
  values: StatementValues | undefined,
  unexpected?: unknown,
): StatementOptions {
  if (typeof values === 'function' || typeof unexpected === 'function') throw callbackError('a statement')
  if (typeof sql === 'string') return { sql, values }
  if (typeof sql === 'object' && sql !== null && typeof sql.sql === 'string') {
    checkOptions(sql)
    return values === undefined ? sql : { ...sql, values }
  }
  throw new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    `A statement is a string or an object with a string 'sql', not ${sql === null ? 'null' : typeof sql}`,
  )
}

/** Checks the options of a statement. Objects of a class, such as tagged templates make, may have other properties as well. */
function checkOptions(statement: StatementOptions): void {
  const { access, signal } = statement
  if (access !== undefined && access !== 'read' && access !== 'write') {
    throw optionError('access', `got ${shown(access)}; expected 'read' or 'write'`)
  }
  if (signal !== undefined && !isSignal(signal)) {
    throw optionError('signal', `got ${shown(signal)}; expected an AbortSignal`)
  }
  const prototype: unknown = Object.getPrototypeOf(statement)
  if (prototype !== Object.prototype && prototype !== null) return
  for (const name in statement) {
    if (!KNOWN.has(name)) throw optionError(name, unknownName(name, statementOptionNames))
  }
}

/** Recognises an AbortSignal by its methods, because a test runner may give each file globals of its own. */
function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
}

function optionError(name: string, problem: string): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_UNSUPPORTED', `A statement's ${name}: ${problem}`)
}

/** @param what - the call that got a callback */
export function callbackError(what: string): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    `A callback was given with ${what}, and would never be called: await what is returned, or take mysql2Pool(pool) of ` +
      '@mysql-hostpool/mysql2, which has callbacks',
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : typeof value
}
