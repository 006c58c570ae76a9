import { HostpoolError, statementOptionNames, unknownName } from '@mysql-hostpool/core'
import type { StatementOptions, StatementValues } from '@mysql-hostpool/core'

/** mysql2's callback for an answer: `(error)` or `(null, result, fields)`. */
export type ResultCallback = (error: Error | null, result?: unknown, fields?: unknown) => void

/** The callback among the arguments. mysql2 takes it as the last argument, at whichever place. */
export function callbackOf(values: unknown, callback: unknown): ResultCallback | undefined {
  if (isCallback(values)) return values
  return isCallback(callback) ? callback : undefined
}

/** The values among the arguments: any argument in their place that is not the callback. */
export function valuesAmong(values: unknown): unknown {
  return typeof values === 'function' ? undefined : values
}

/** The text of a statement, from a string or an options object. */
export function sqlOf(sql: unknown): string {
  if (typeof sql === 'string') return sql
  if (isOptions(sql)) return sql.sql
  throw noStatement(sql)
}

/** The values as a list or an object. mysql2 takes a single value for a list of one; an object may hold named placeholders. */
export function valuesOf(values: unknown): StatementValues | undefined {
  if (values === undefined || values === null) return undefined
  if (Array.isArray(values)) return values
  return isPlainValues(values) ? values : [values]
}

/** Options that mysql2 takes per statement and this pool does not, each with its remedy. */
const REFUSED_OPTIONS = {
  attributes: 'query attributes are not sent',
  infileStreamFactory: 'set it on the pool',
  decimalNumbers: 'set it on the pool, or as decoding of mysql2Pool',
  jsonStrings: 'set it on the pool, or as decoding of mysql2Pool',
} as const

const REFUSED = Object.entries(REFUSED_OPTIONS)

/** The known options of a statement. Objects of a class, such as tagged templates make, may have other properties as well. */
const KNOWN: ReadonlySet<string> = new Set(statementOptionNames.filter((name) => name !== 'decoding'))

/** A statement from the options form and the values beside it. As in mysql2, those values win over values among the options. */
export function statementOf(options: unknown, values: unknown): StatementOptions {
  if (!isOptions(options)) throw noStatement(options)
  for (const [name, remedy] of REFUSED) {
    if (options[name] !== undefined) {
      throw new HostpoolError(
        'ERR_HOSTPOOL_UNSUPPORTED',
        `The option ${name} cannot be given with a single statement: ${remedy}`,
      )
    }
  }
  checkNames(options)
  return {
    sql: options.sql,
    values: valuesOf(values ?? options.values),
    timeout: options.timeout,
    rowsAsArray: options.rowsAsArray,
    nestTables: options.nestTables,
    typeCast: options.typeCast,
    namedPlaceholders: options.namedPlaceholders,
    supportBigNumbers: options.supportBigNumbers,
    bigNumberStrings: options.bigNumberStrings,
    dateStrings: options.dateStrings,
    timezone: options.timezone,
    access: options.access,
    signal: options.signal,
  }
}

/** @throws ERR_HOSTPOOL_UNSUPPORTED for an option that would otherwise be ignored */
function checkNames(options: object): void {
  const prototype: unknown = Object.getPrototypeOf(options)
  if (prototype !== Object.prototype && prototype !== null) return
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name)) {
      throw new HostpoolError(
        'ERR_HOSTPOOL_UNSUPPORTED',
        `The options of a statement: ${name}: ${unknownName(name, [...KNOWN])}`,
      )
    }
  }
}

/**
 * Refuses a callback as mysql2's promise side does, because the callback would never be called.
 * @throws TypeError for a callback
 */
export function refuseCallbacks(given: readonly unknown[]): void {
  if (given.some((value) => typeof value === 'function')) {
    throw new TypeError('A promise pool or connection takes no callback; await what it returns')
  }
}

// Values from JavaScript are checked here only where they decide something; other checks are made at their use.
function isCallback(value: unknown): value is ResultCallback {
  return typeof value === 'function'
}

function isOptions(value: unknown): value is StatementOptions & Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && 'sql' in value && typeof value.sql === 'string'
}

function isPlainValues(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && !(value instanceof Date) && !(value instanceof Uint8Array)
}

function noStatement(given: unknown): TypeError {
  return new TypeError(`A statement is a string, or an object with a string \`sql\`; got ${describe(given)}`)
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : typeof value
}
