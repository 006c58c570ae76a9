import { decodingNames, HostpoolError, isSecretOption, maskCredentials } from '@mysql-hostpool/core'
import type { Decoding } from '@mysql-hostpool/core'

/** The options that TypeORM passes to `createPool` of its driver: mysql2's option names, many of them undefined. */
export type DriverOptions = Readonly<Record<string, unknown>>

/** The options of one DataSource, sorted by subject. */
export interface SortedOptions {
  /** How values are decoded, which is the DataSource's own choice, also on a shared pool. */
  readonly decoding: Decoding
  /** Hosts, user, pool sizes, and all other options that were set. */
  readonly connection: DriverOptions
}

const DECODING: ReadonlySet<string> = new Set(decodingNames)

/** Options that TypeORM passes on for mysql2, and that mean nothing here. `false` is accepted, because it describes this pool. */
const MYSQL2_ONLY = {
  insecureAuth: 'the old authentication is not supported',
  debug: 'packets are not printed; listen to the events of the pool',
} as const

/**
 * Sorts the options that TypeORM passes. An undefined option was not set.
 * @throws ERR_HOSTPOOL_CONFIG for an option of mysql2 that this pool does not have.
 */
export function sortOptions(options: DriverOptions): SortedOptions {
  const decoding: Record<string, unknown> = {}
  const connection: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    if (isMysql2Only(name)) {
      if (value !== false) problems.push(`${name}: ${MYSQL2_ONLY[name]}; remove it`)
    } else if (DECODING.has(name)) {
      decoding[name] = value
    } else {
      connection[name] = value
    }
  }
  if (problems.length > 0) throw dataSourceError(problems)
  return { decoding, connection }
}

/** One error for all problems of a DataSource's options. */
export function dataSourceError(problems: readonly string[]): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_CONFIG',
    ['The options of the DataSource cannot be used:', ...problems].join('\n  '),
  )
}

/** The name of an option in DataSourceOptions. */
export function dataSourceName(name: string): string {
  if (name === 'user') return 'username'
  if (name === 'connectionLimit') return 'poolSize (connectionLimit)'
  return name
}

/** An option's value for a message; never a secret. */
export function shown(name: string, value: unknown): string {
  if (isSecretOption(name)) return '(not shown)'
  if (typeof value === 'string') return `'${maskCredentials(value)}'`
  // A list of hosts, as a URL gives them.
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) {
    return `'${value.map(maskCredentials).join(',')}'`
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `(${typeof value})`
}

function isMysql2Only(name: string): name is keyof typeof MYSQL2_ONLY {
  return name in MYSQL2_ONLY
}
