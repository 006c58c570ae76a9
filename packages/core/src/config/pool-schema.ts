import { isIP } from 'node:net'
import type { Readable } from 'node:stream'

import * as z from './zod.js'

import { selectorNames } from '../selectors/registry.js'
import type { Selector } from '../selectors/selector.js'
import type { TypeCast } from '../sql/decoding.js'
import type { SetupSession } from '../sql/setup-session.js'
import { callback, finiteNumber, flag, milliseconds, name, oneOf, text, wholeNumber } from './option-kinds.js'
import type { AuthPlugin, DiscoveredMember, HostOptions, PasswordOption } from './options.js'

/** As a number, or as the digits that environment variables have, from which it is made a number before. */
const port = wholeNumber(1, 65_535)

/** One host given as an object. What is left out is filled in from the pool's options and the place in the list. */
export const hostSchema = z.strictObject(
  {
    host: name(),
    port: z.optional(port),
    weight: z.optional(finiteNumber(0)),
    zone: z.optional(name()),
    priority: z.optional(finiteNumber()),
    connectionLimit: z.optional(wholeNumber(1)),
    servername: z.optional(name()),
  },
  { error: 'an object { host, … }' },
)

export const healthSchema = z.strictObject(
  {
    probe: z.withDefault(
      z.union([oneOf('auto', 'galera', 'group-replication', 'replication', 'plain'), z.literal(false)], {
        error: "'auto', 'galera', 'group-replication', 'replication', 'plain' or false",
      }),
      'auto',
    ),
    interval: z.withDefault(milliseconds(1), 2000),
    retryInterval: z.optional(milliseconds(1)),
    timeout: z.withDefault(milliseconds(1), 1000),
    slowStart: z.withDefault(milliseconds(0), 10_000),
    maxReplicaLag: z.withDefault(milliseconds(0), 30_000),
    maxReceiveQueue: z.withDefault(wholeNumber(0), 1000),
    useDonors: z.withDefault(flag(), false),
  },
  { error: 'an object { probe, interval, … }' },
)

export const discoverySchema = z.strictObject(
  {
    from: z.withDefault(oneOf('cluster', 'dns'), 'cluster'),
    interval: z.withDefault(milliseconds(100), 30_000),
    map: z.optional(callback<(member: DiscoveredMember) => string | HostOptions | undefined>()),
  },
  { error: 'an object { from, interval, … }' },
)

const buffer = z.custom<Buffer>((value) => Buffer.isBuffer(value), { error: 'a Buffer' })
const pemAllowed = { error: 'PEM text, as a string, a Buffer or an array of them' }
const pem = z.union([z.string(), buffer, z.readonly(z.array(z.union([z.string(), buffer], pemAllowed)))], pemAllowed)
const tlsVersion = oneOf('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')

export const sslSchema = z.strictObject({
  ca: z.optional(pem),
  cert: z.optional(pem),
  key: z.optional(pem),
  passphrase: z.optional(text()),
  ciphers: z.optional(name()),
  minVersion: z.optional(tlsVersion),
  maxVersion: z.optional(tlsVersion),
  rejectUnauthorized: z.withDefault(flag(), true),
  verifyIdentity: z.optional(flag()),
})

/** How values are decoded. Nothing is filled in: each lease may say otherwise, and mysql2 has the defaults. */
const decodingShape = {
  supportBigNumbers: z.optional(flag()),
  bigNumberStrings: z.optional(flag()),
  decimalNumbers: z.optional(flag()),
  dateStrings: z.optional(
    z.union([z.boolean(), z.readonly(z.array(oneOf('TIMESTAMP', 'DATETIME', 'DATE')))], {
      error: "true, false or an array of 'TIMESTAMP', 'DATETIME' and 'DATE'",
    }),
  ),
  jsonStrings: z.optional(flag()),
  timezone: z.optional(
    // In a URL an unescaped + means a blank.
    z
      .string({ error: "'local', 'Z' or '±HH:MM'" })
      .check(
        z.regex(/^(?:local|Z|[ +-](?:0\d|1[0-4]):[0-5]\d)$/, { error: "'local', 'Z' or '±HH:MM', as in '+02:00'" }),
      ),
  ),
  typeCast: z.optional(
    z.union([z.boolean(), callback<Exclude<TypeCast, boolean>>()], { error: 'true, false or a function' }),
  ),
  rowsAsArray: z.optional(flag()),
  nestTables: z.optional(z.union([z.boolean(), z.string()], { error: 'true, false or a separator' })),
  namedPlaceholders: z.optional(flag()),
  stringifyObjects: z.optional(flag()),
}

/** The same for one borrower or one statement. */
export const decodingSchema = z.strictObject(decodingShape, { error: 'an object { dateStrings, timezone, … }' })

/** Every option: the values it takes and, where it has a fixed one, its default. The one source of both. */
export const poolSchema = z.strictObject({
  host: z.optional(
    z.union(
      [
        z.string(),
        z.readonly(
          z.array(
            z.union([z.string(), hostSchema], { error: "a string such as 'db1:3307', or an object { host, … }" }),
          ),
        ),
      ],
      { error: "a string such as 'db1,db2:3307', or an array of strings or objects" },
    ),
  ),
  port: z.withDefault(port, 3306),
  socketPath: z.optional(name()),
  user: z.optional(text()),
  password: z.optional(
    z.union([z.string(), callback<Exclude<PasswordOption, string>>()], {
      error: 'a string, or a function that answers one',
    }),
  ),
  database: z.optional(text()),
  ssl: z.withDefault(
    z.union([z.boolean(), z.enum(['Amazon RDS']), sslSchema], {
      error: "true, false, an object { ca, … } or the profile 'Amazon RDS'",
    }),
    false,
  ),
  charset: z.withDefault(name(), 'utf8mb4_unicode_ci'),

  poolName: z.withDefault(name(), 'hostpool'),

  connectionLimit: z.withDefault(wholeNumber(1), 4),
  minIdle: z.withDefault(wholeNumber(0), 0),
  maxIdle: z.optional(wholeNumber(0)),
  idleTimeout: z.withDefault(milliseconds(0), 60_000),
  maxLifetime: z.withDefault(milliseconds(0), 1_800_000),
  maxConnecting: z.withDefault(wholeNumber(1), 2),
  connectTimeout: z.withDefault(milliseconds(1), 10_000),

  waitForConnections: z.withDefault(flag(), true),
  queueLimit: z.withDefault(wholeNumber(0), 0),
  acquireTimeout: z.withDefault(milliseconds(0), 10_000),
  noHostTimeout: z.withDefault(milliseconds(0), 0),

  validateAfterIdle: z.withDefault(
    z.union([milliseconds(0), z.literal(false)], { error: 'whole milliseconds from 0 to 2147483647, or false' }),
    500,
  ),
  validationTimeout: z.withDefault(milliseconds(1), 1000),
  resetOnRelease: z.withDefault(flag(), false),
  retryReads: z.withDefault(flag(), true),
  hedgeReads: z.optional(flag()),
  trace: z.withDefault(flag(), false),
  leakDetectionThreshold: z.withDefault(milliseconds(0), 0),
  endTimeout: z.withDefault(milliseconds(0), 10_000),

  selector: z.withDefault(
    z.union([oneOf(...selectorNames), callback<Selector>()], {
      error: `${selectorNames.map((name) => `'${name}'`).join(', ')} or a function`,
    }),
    'random',
  ),
  zone: z.optional(name()),
  health: z.prefault(healthSchema, {}),
  discovery: z.withDefault(
    z.union([z.literal(false), oneOf('cluster', 'dns'), discoverySchema], {
      error: "false, 'cluster', 'dns' or an object { from, interval, … }",
    }),
    false,
  ),
  sessionVariables: z.withDefault(
    z.record(
      z.string().check(z.regex(/^[a-z_]\w*$/i, { error: 'names of session variables, as in time_zone' })),
      z.union([z.string(), z.number(), z.boolean()], { error: 'a string, a number or a boolean' }),
      { error: "an object of variables and their values, as in { time_zone: '+00:00' }" },
    ),
    {},
  ),
  onConnect: z.optional(callback<(connection: SetupSession) => void | Promise<void>>()),

  multipleStatements: z.withDefault(flag(), false),
  compress: z.withDefault(flag(), false),
  enableKeepAlive: z.withDefault(flag(), true),
  keepAliveInitialDelay: z.withDefault(milliseconds(0), 0),
  localAddress: z.optional(
    text().check(z.refine((value) => isIP(value) !== 0, { error: 'an IP address of this machine' })),
  ),
  flags: z.optional(
    z.union([z.string(), z.readonly(z.array(text()))], { error: "a string such as 'LOCAL_FILES,-ODBC', or an array" }),
  ),
  connectAttributes: z.withDefault(z.record(z.string(), text(), { error: 'an object of strings' }), {}),
  maxPreparedStatements: z.withDefault(wholeNumber(1), 64),
  enableCleartextPlugin: z.withDefault(flag(), false),
  authPlugins: z.optional(z.record(z.string(), callback<AuthPlugin>(), { error: 'an object of functions' })),
  infileStreamFactory: z.optional(callback<(path: string) => Readable>()),
  disableEval: z.withDefault(flag(), false),
  fastPath: z.withDefault(flag(), true),
  gracefulEnd: z.optional(flag()),

  ...decodingShape,
})

/** Options as the schema leaves them: checked one by one, with the fixed defaults filled in. */
export type PoolValues = z.output<typeof poolSchema>
