import { isIP } from 'node:net'
import type { Readable } from 'node:stream'

import * as z from './zod.js'

import type { Selector } from '../hosts/selector.js'
import type { TypeCast } from '../statement/decoding.js'
import type { Queryable } from '../statement/queryable.js'
import { callback, finiteNumber, flag, milliseconds, name, oneOf, text, wholeNumber } from './option-kinds.js'
import type { AuthPlugin, DiscoveredMember, HostOptions, PasswordOption } from './options.js'

const port = wholeNumber(1, 65_535)

/** One host given as an object. What is left out is filled in from the pool's options and the place in the list. */
export const hostSchema = z.strictObject(
  {
    host: name(),
    port: port.optional(),
    weight: finiteNumber(0).optional(),
    zone: name().optional(),
    priority: finiteNumber().optional(),
    connectionLimit: wholeNumber(1).optional(),
    servername: name().optional(),
  },
  { error: 'an object { host, … }' },
)

export const healthSchema = z.strictObject(
  {
    probe: z
      .union([oneOf('auto', 'galera', 'group-replication', 'replication', 'plain'), z.literal(false)], {
        error: "'auto', 'galera', 'group-replication', 'replication', 'plain' or false",
      })
      .default('auto'),
    interval: milliseconds(1).default(2000),
    retryInterval: milliseconds(1).optional(),
    timeout: milliseconds(1).default(1000),
    slowStart: milliseconds(0).default(10_000),
    maxReplicaLag: milliseconds(0).default(30_000),
    maxReceiveQueue: wholeNumber(0).default(1000),
    useDonors: flag().default(false),
  },
  { error: 'an object { probe, interval, … }' },
)

export const discoverySchema = z.strictObject(
  {
    from: oneOf('cluster', 'dns').default('cluster'),
    interval: milliseconds(100).default(30_000),
    map: callback<(member: DiscoveredMember) => string | HostOptions | undefined>().optional(),
  },
  { error: 'an object { from, interval, … }' },
)

const buffer = z.custom<Buffer>((value) => Buffer.isBuffer(value), { error: 'a Buffer' })
const pemAllowed = { error: 'PEM text, as a string, a Buffer or an array of them' }
const pem = z.union([z.string(), buffer, z.array(z.union([z.string(), buffer], pemAllowed)).readonly()], pemAllowed)
const tlsVersion = oneOf('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')

export const sslSchema = z.strictObject({
  ca: pem.optional(),
  cert: pem.optional(),
  key: pem.optional(),
  passphrase: text().optional(),
  ciphers: name().optional(),
  minVersion: tlsVersion.optional(),
  maxVersion: tlsVersion.optional(),
  rejectUnauthorized: flag().default(true),
  verifyIdentity: flag().optional(),
})

/** How values are decoded. Nothing is filled in: each lease may say otherwise, and mysql2 has the defaults. */
const decodingShape = {
  supportBigNumbers: flag().optional(),
  bigNumberStrings: flag().optional(),
  decimalNumbers: flag().optional(),
  dateStrings: z
    .union([z.boolean(), z.array(oneOf('TIMESTAMP', 'DATETIME', 'DATE')).readonly()], {
      error: "true, false or an array of 'TIMESTAMP', 'DATETIME' and 'DATE'",
    })
    .optional(),
  jsonStrings: flag().optional(),
  timezone: z
    // In a URL an unescaped + means a blank.
    .string({ error: "'local', 'Z' or '±HH:MM'" })
    .regex(/^(?:local|Z|[ +-](?:0\d|1[0-4]):[0-5]\d)$/, { error: "'local', 'Z' or '±HH:MM', as in '+02:00'" })
    .optional(),
  typeCast: z
    .union([z.boolean(), callback<Exclude<TypeCast, boolean>>()], { error: 'true, false or a function' })
    .optional(),
  rowsAsArray: flag().optional(),
  nestTables: z.union([z.boolean(), z.string()], { error: 'true, false or a separator' }).optional(),
  namedPlaceholders: flag().optional(),
  stringifyObjects: flag().optional(),
}

/** The same for one borrower or one statement. */
export const decodingSchema = z.strictObject(decodingShape, { error: 'an object { dateStrings, timezone, … }' })

/** Every option: the values it takes and, where it has a fixed one, its default. The one source of both. */
export const poolSchema = z.strictObject({
  host: z
    .union(
      [
        z.string(),
        z
          .array(z.union([z.string(), hostSchema], { error: "a string such as 'db1:3307', or an object { host, … }" }))
          .readonly(),
      ],
      { error: "a string such as 'db1,db2:3307', or an array of strings or objects" },
    )
    .optional(),
  port: port.default(3306),
  socketPath: name().optional(),
  user: text().optional(),
  password: z
    .union([z.string(), callback<Exclude<PasswordOption, string>>()], {
      error: 'a string, or a function that answers one',
    })
    .optional(),
  database: text().optional(),
  ssl: z
    .union([z.boolean(), z.enum(['Amazon RDS']), sslSchema], {
      error: "true, false, an object { ca, … } or the profile 'Amazon RDS'",
    })
    .default(false),
  charset: name().default('utf8mb4_unicode_ci'),

  poolName: name().default('hostpool'),

  connectionLimit: wholeNumber(1).default(4),
  minIdle: wholeNumber(0).default(0),
  maxIdle: wholeNumber(0).optional(),
  idleTimeout: milliseconds(0).default(60_000),
  maxLifetime: milliseconds(0).default(1_800_000),
  maxConnecting: wholeNumber(1).default(2),
  connectTimeout: milliseconds(1).default(10_000),

  waitForConnections: flag().default(true),
  queueLimit: wholeNumber(0).default(0),
  acquireTimeout: milliseconds(0).default(10_000),
  noHostTimeout: milliseconds(0).default(0),

  validateAfterIdle: z
    .union([milliseconds(0), z.literal(false)], { error: 'whole milliseconds from 0 to 2147483647, or false' })
    .default(500),
  validationTimeout: milliseconds(1).default(1000),
  resetOnRelease: flag().default(false),
  retryReads: flag().default(true),
  leakDetectionThreshold: milliseconds(0).default(0),
  endTimeout: milliseconds(0).default(10_000),

  selector: z
    .union([oneOf('random', 'round-robin', 'ordered', 'least-busy', 'latency'), callback<Selector>()], {
      error: "'random', 'round-robin', 'ordered', 'least-busy', 'latency' or a function",
    })
    .default('random'),
  zone: name().optional(),
  health: healthSchema.prefault({}),
  discovery: z
    .union([z.literal(false), oneOf('cluster', 'dns'), discoverySchema], {
      error: "false, 'cluster', 'dns' or an object { from, interval, … }",
    })
    .default(false),
  sessionVariables: z
    .record(
      z.string().regex(/^[a-z_]\w*$/i, { error: 'names of session variables, as in time_zone' }),
      z.union([z.string(), z.number(), z.boolean()], { error: 'a string, a number or a boolean' }),
      { error: "an object of variables and their values, as in { time_zone: '+00:00' }" },
    )
    .default({}),
  onConnect: callback<(connection: Queryable) => void | Promise<void>>().optional(),

  multipleStatements: flag().default(false),
  compress: flag().default(false),
  enableKeepAlive: flag().default(true),
  keepAliveInitialDelay: milliseconds(0).default(0),
  localAddress: text()
    .refine((value) => isIP(value) !== 0, { error: 'an IP address of this machine' })
    .optional(),
  flags: z
    .union([z.string(), z.array(text()).readonly()], { error: "a string such as 'LOCAL_FILES,-ODBC', or an array" })
    .optional(),
  connectAttributes: z.record(z.string(), text(), { error: 'an object of strings' }).default({}),
  maxPreparedStatements: wholeNumber(1).default(256),
  enableCleartextPlugin: flag().default(false),
  authPlugins: z.record(z.string(), callback<AuthPlugin>(), { error: 'an object of functions' }).optional(),
  infileStreamFactory: callback<(path: string) => Readable>().optional(),
  disableEval: flag().default(false),
  gracefulEnd: flag().optional(),

  ...decodingShape,
})

/** Options as the schema leaves them: checked one by one, with the fixed defaults filled in. */
export type PoolValues = z.output<typeof poolSchema>
