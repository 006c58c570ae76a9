import type { Decoding } from '../sql/decoding.js'
import { parseConnectionUrl } from './connection-url.js'
import { crossFieldRules } from './cross-field-rules.js'
import { decodingNames } from './decoding-names.js'
import { readFlags } from './capability-flags.js'
import { readHosts } from './host-list.js'
import type { OptionPart, PartOf } from './option.js'
import { discoverySchema } from './nested-schemas.js'
import { poolTable } from './option-table/pool-options.js'
import type { PoolValues } from './option-table/pool-options.js'
import type { DiscoveryOptions, HealthOptions, HostOptions, PoolOptions, SslOptions } from './options.js'
import { deepFreeze, isPlainObject, plainCopy } from './plain-data.js'
import { configError } from './problem.js'
import type { Checked, Problem } from './problem.js'
import { readOptions } from './read-options.js'
import { redact } from './redact.js'

/** The configuration of one host, with every default filled in. */
export interface HostConfig {
  /** `db1:3306`, `[fd00::3]:3306`, or the path of the socket. */
  readonly name: string
  /** A name, or an address without brackets. */
  readonly host: string
  readonly port: number
  readonly weight: number
  readonly zone: string | undefined
  readonly priority: number
  readonly connectionLimit: number
  readonly servername: string | undefined
}

/** {@link HealthOptions} with every default filled in. */
export type HealthConfig = { readonly [K in keyof HealthOptions]-?: Exclude<HealthOptions[K], undefined> }

/** {@link DiscoveryOptions} with every default filled in. */
export interface DiscoveryConfig {
  readonly from: 'cluster' | 'dns'
  readonly interval: number
  readonly map: DiscoveryOptions['map']
}

/** {@link SslOptions} with the defaults of the two checks filled in. */
interface SslConfig extends Omit<SslOptions, 'rejectUnauthorized' | 'verifyIdentity'> {
  readonly rejectUnauthorized: boolean
  readonly verifyIdentity: boolean
}

/** The configuration that the driver needs to open a connection, the same for every host. */
export interface ConnectionConfig extends PartOf<typeof poolTable, 'connection'> {
  readonly connectTimeout: number
  /** A string is the name of one of mysql2's profiles. */
  readonly ssl: false | 'Amazon RDS' | SslConfig
  /** Names in capital letters, with a leading `-` for flags to leave out. `LOCAL_FILES` is on only if it is named here. */
  readonly flags: readonly string[]
}

/** The configuration of a pool: checked, with every default filled in, and frozen. A 0 means the same as in the options. */
export interface PoolConfig extends PartOf<typeof poolTable, 'pool'> {
  readonly maxIdle: number
  readonly hedgeReads: boolean
  /** At least one host. All are different. */
  readonly hosts: readonly HostConfig[]
  readonly connection: ConnectionConfig
  /** Only the options that were given. */
  readonly decoding: Decoding
  readonly health: HealthConfig
  readonly discovery: false | DiscoveryConfig
}

/**
 * Makes a complete configuration of the options or the URL given to `createPool`. The options are copied and never changed.
 * Buffers and functions are kept by reference.
 * @param isCharset - whether a connection can have a charset of this name
 * @throws ERR_HOSTPOOL_CONFIG, with a line for every problem.
 */
export function resolveConfig(input: PoolOptions | string, isCharset?: (name: string) => boolean): PoolConfig {
  const given = readInput(input)
  const options = readOptions(given.value)
  const values = options.value
  const hosts = readHosts(given.value['host'], values)
  const flags = readFlags(values.flags)
  const problems = [...given.problems, ...options.problems, ...hosts.problems, ...flags.problems]
  const faulty = new Set(problems.map(({ path }) => String(path[0])))
  problems.push(...crossFieldRules({ values, hosts: hosts.value, flags: flags.value }, faulty))
  if (isCharset?.(values.charset) === false) problems.push(unknownCharset(values.charset))
  if (problems.length > 0) throw configError(problems)

  const { health } = values
  return deepFreeze({
    hosts: hosts.value,
    connection: connectionOf(values, flags.value),
    decoding: decodingOf(values),
    discovery: discoveryOf(values.discovery),
    health: { ...health, retryInterval: health.retryInterval ?? Math.min(500, health.interval) },
    ...partOf(values, 'pool'),
    maxIdle: values.maxIdle ?? values.connectionLimit,
    hedgeReads: values.hedgeReads ?? values.retryReads,
  })
}

/** The values of the options of one part, unchanged. */
function partOf<Part extends OptionPart>(values: PoolValues, part: Part): PartOf<typeof poolTable, Part> {
  const rows = Object.entries(poolTable).filter(([, row]) => row.part === part)
  // The cast is safe, because the type `PartOf` filters by the same condition.
  return Object.fromEntries(rows.map(([name]) => [name, values[name as keyof PoolValues]])) as never
}

function readInput(input: unknown): Checked<Readonly<Record<string, unknown>>> {
  if (typeof input === 'string') return parseConnectionUrl(input)
  if (isPlainObject(input)) return { value: withNumericPorts(plainCopy(input)), problems: [] }
  const message = `got ${redact(input, [])} in place of the options; expected an object { host, … } or a URL mysql://…`
  throw configError([{ path: [], message }])
}

/** Converts ports from text to numbers: environment variables and command lines have only text. Other values stay as they are. */
function withNumericPorts(given: Record<string, unknown>): Record<string, unknown> {
  const { host, port } = given
  if (isDigits(port)) given['port'] = Number(port)
  if (Array.isArray(host)) given['host'] = (host as readonly unknown[]).map(withNumericPort)
  return given
}

function withNumericPort(host: unknown): unknown {
  return isPlainObject(host) && isDigits(host['port']) ? { ...host, port: Number(host['port']) } : host
}

function isDigits(port: unknown): port is string {
  return typeof port === 'string' && /^\d{1,5}$/.test(port)
}

function unknownCharset(charset: string): Problem {
  const message = `got ${redact(charset, ['charset'])}; expected a charset or collation that a client can have and mysql2 can write, e.g. 'utf8mb4_unicode_ci'`
  return { path: ['charset'], message }
}

function connectionOf(values: PoolValues, flags: readonly string[]): ConnectionConfig {
  const { connectTimeout, ssl } = values
  return { ...partOf(values, 'connection'), connectTimeout, ssl: sslOf(ssl), flags }
}

function sslOf(ssl: PoolValues['ssl']): ConnectionConfig['ssl'] {
  if (ssl === true) return { rejectUnauthorized: true, verifyIdentity: true }
  if (ssl === false || typeof ssl === 'string') return ssl
  return { ...ssl, verifyIdentity: ssl.verifyIdentity ?? ssl.rejectUnauthorized }
}

function discoveryOf(given: PoolValues['discovery']): PoolConfig['discovery'] {
  if (given === false) return false
  const { from, interval, map } = discoverySchema.parse(typeof given === 'string' ? { from: given } : given)
  return { from, interval, map }
}

function decodingOf(values: PoolValues): Decoding {
  const given = decodingNames.map((name) => [name, values[name]] as const).filter(([, value]) => value !== undefined)
  const decoding: Decoding = Object.fromEntries(given)
  return decoding.timezone === undefined ? decoding : { ...decoding, timezone: decoding.timezone.replace(' ', '+') }
}

/**
 * Reads a host for a running pool, with the same checks as for the hosts in the configuration.
 * @throws ERR_HOSTPOOL_CONFIG
 */
export function readHost(host: string | HostOptions, config: Pick<PoolConfig, 'port' | 'connectionLimit'>): HostConfig {
  // A configuration whose only host has weight 0 would be refused. The running pool has other hosts.
  const spare = typeof host === 'object' && host?.weight === 0
  const given = spare ? { ...host, weight: 1 } : host
  const [read] = resolveConfig({ host: [given], port: config.port, connectionLimit: config.connectionLimit }).hosts
  if (read === undefined) throw configError([{ path: ['host'], message: 'no host was given' }])
  return spare ? Object.freeze({ ...read, weight: 0 }) : read
}
