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

/** One host, complete. */
export interface HostConfig {
  /** `db1:3306`, `[fd00::3]:3306`, or the path of the socket. */
  readonly name: string
  /** Without brackets. */
  readonly host: string
  readonly port: number
  readonly weight: number
  readonly zone: string | undefined
  readonly priority: number
  readonly connectionLimit: number
  readonly servername: string | undefined
}

/** {@link HealthOptions}, complete. */
export type HealthConfig = { readonly [K in keyof HealthOptions]-?: Exclude<HealthOptions[K], undefined> }

/** {@link DiscoveryOptions}, complete. */
export interface DiscoveryConfig {
  readonly from: 'cluster' | 'dns'
  readonly interval: number
  readonly map: DiscoveryOptions['map']
}

/** {@link SslOptions}, with what is checked made explicit; the rest only when it was given. */
interface SslConfig extends Omit<SslOptions, 'rejectUnauthorized' | 'verifyIdentity'> {
  readonly rejectUnauthorized: boolean
  readonly verifyIdentity: boolean
}

/** What the driver needs to open a connection; the same for every host. */
export interface ConnectionConfig extends PartOf<typeof poolTable, 'connection'> {
  readonly connectTimeout: number
  /** A string is the name of one of mysql2's profiles. */
  readonly ssl: false | 'Amazon RDS' | SslConfig
  /** Names in capitals, with a leading `-` for those to leave out. `LOCAL_FILES` is to be on only if it is named here. */
  readonly flags: readonly string[]
}

/** A pool's configuration: checked, with every default filled in, and frozen. Zeros keep the meaning they have as options. */
export interface PoolConfig extends PartOf<typeof poolTable, 'pool'> {
  readonly maxIdle: number
  readonly hedgeReads: boolean
  /** At least one; no two are the same. */
  readonly hosts: readonly HostConfig[]
  readonly connection: ConnectionConfig
  /** Only what was given. */
  readonly decoding: Decoding
  readonly health: HealthConfig
  readonly discovery: false | DiscoveryConfig
}

/**
 * Turns what `createPool` was given into a complete configuration. What was given is copied, never changed; Buffers and
 * functions are kept by reference.
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

/** The values of one part of the options, as they are. */
function partOf<Part extends OptionPart>(values: PoolValues, part: Part): PartOf<typeof poolTable, Part> {
  const rows = Object.entries(poolTable).filter(([, row]) => row.part === part)
  // The filter of the type and the one above are the same.
  return Object.fromEntries(rows.map(([name]) => [name, values[name as keyof PoolValues]])) as never
}

function readInput(input: unknown): Checked<Readonly<Record<string, unknown>>> {
  if (typeof input === 'string') return parseConnectionUrl(input)
  if (isPlainObject(input)) return { value: withNumericPorts(plainCopy(input)), problems: [] }
  const message = `got ${redact(input, [])} in place of the options; expected an object { host, … } or a URL mysql://…`
  throw configError([{ path: [], message }])
}

/** A port is often text: environment variables and command lines have nothing else. Whatever is no port is left as it is. */
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
 * One more host for a pool that runs, checked like those it was made with.
 * @throws ERR_HOSTPOOL_CONFIG
 */
export function readHost(host: string | HostOptions, config: Pick<PoolConfig, 'port' | 'connectionLimit'>): HostConfig {
  // On its own it would be refused: a pool needs a host of some weight, and this one has others.
  const spare = typeof host === 'object' && host?.weight === 0
  const given = spare ? { ...host, weight: 1 } : host
  const [read] = resolveConfig({ host: [given], port: config.port, connectionLimit: config.connectionLimit }).hosts
  if (read === undefined) throw configError([{ path: ['host'], message: 'no host was given' }])
  return spare ? Object.freeze({ ...read, weight: 0 }) : read
}
