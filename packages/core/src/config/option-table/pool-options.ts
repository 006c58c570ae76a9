import { isIP } from 'node:net'
import type { Readable } from 'node:stream'

import * as z from '../zod.js'

import { selectorNames } from '../../selectors/registry.js'
import type { Selector } from '../../selectors/selector.js'
import type { Decoding } from '../../sql/decoding.js'
import type { SetupSession } from '../../sql/setup-session.js'
import type { OptionsOf, ValuesOf } from '../option.js'
import {
  callback,
  flag,
  listOf,
  milliseconds,
  name,
  oneOf,
  port,
  recordOf,
  text,
  wholeNumber,
} from '../option-kinds.js'
import { discoverySchema, healthSchema, hostSchema, sslSchema } from '../nested-schemas.js'
import { inWords, mysql2Option, none, option, section } from '../option-row.js'
import type { AuthPlugin, PasswordOption } from './connection-values.js'
import { decodingTable } from './decoding-options.js'

/** Every option but those that decode values. Messages and the README list them in this order. */
const ownTable = {
  /**
   * The hosts: `'db1,db2:3307,[fd00::3]'`, an array of strings (`'db1:3307'`), of objects
   * `{ host, port, weight, zone, priority, connectionLimit, servername }`, or of both. Default `localhost`.
   */
  host: option(
    z.union(
      [
        z.string(),
        listOf(z.union([z.string(), hostSchema], { error: "a string such as 'db1:3307', or an object { host, … }" })),
      ],
      { error: "a string such as 'db1,db2:3307', or an array of strings or objects" },
    ),
    inWords('localhost'),
    'apart',
  ),
  /** Port of every host that names none; digits in a string will do. Default 3306. */
  port: option(port, 3306),
  /** A Unix socket in place of `host`, for a single local server. */
  socketPath: option(name(), none, 'connection'),
  /** The account to log in with. Default: none, which the server takes for the anonymous user. */
  user: option(text(), none, 'connection'),
  /** A string, or a function (sync or async) that is asked for new connections; its time never counts against a host. Default: none. */
  password: option(
    z.union([z.string(), callback<Exclude<PasswordOption, string>>()], {
      error: 'a string, or a function that answers one',
    }),
    none,
    'connection',
  ),
  /** The schema that connections start in. Default: none. */
  database: option(text(), none, 'connection'),
  /**
   * TLS: `true`, or `{ ca, cert, key, … }` as in mysql2; certificates are verified, names too. `true` trusts the authorities that
   * Node trusts, `'Amazon RDS'` those of mysql2's profile of that name. Default false.
   */
  ssl: option(
    z.union([z.boolean(), z.enum(['Amazon RDS']), sslSchema], {
      error: "true, false, an object { ca, … } or the profile 'Amazon RDS'",
    }),
    false,
    'apart',
  ),
  /** Character set or collation. Default `utf8mb4_unicode_ci`, as in mysql2. */
  charset: option(name(), 'utf8mb4_unicode_ci', 'connection'),

  /** A name for this pool in its messages, events and metrics. Default `hostpool`. */
  poolName: option(name(), 'hostpool'),

  /** Most connections of this pool, over all hosts together, handshakes included. Default 4. */
  connectionLimit: option(wholeNumber(1), 4),
  /** Connections kept open in the background. Default 0. */
  minIdle: option(wholeNumber(0), 0),
  /** Most idle connections kept; a surplus closes on release. Default: `connectionLimit`. */
  maxIdle: option(wholeNumber(0), inWords('connectionLimit')),
  /** An idle connection is closed after this long, down to `minIdle`; 0 = never. Default 60000. */
  idleTimeout: option(milliseconds(0), 60_000),
  /** A connection is replaced at this age, less up to a quarter at random; 0 = never. Default 1800000. */
  maxLifetime: option(milliseconds(0), 1_800_000),
  /** Handshakes under way at once per host. Default 2. */
  maxConnecting: option(wholeNumber(1), 2),
  /**
   * TCP connect, handshake and set-up of one connection; at least 1, for a handshake always ends. The application's own functions
   * (password, `authPlugins`, `onConnect`) are included. Default 10000.
   */
  connectTimeout: option(milliseconds(1), 10_000),

  /** Wait for a connection when none is free; off: fail at once. Default true. */
  waitForConnections: option(flag(), true),
  /** Most callers waiting at once; 0 = no limit. Default 0. */
  queueLimit: option(wholeNumber(0), 0),
  /** Longest wait for a connection; 0 = no limit. Default 10000. */
  acquireTimeout: option(milliseconds(0), 10_000),
  /**
   * How long a caller waits for any host to come up when all are down; it counts within `acquireTimeout`.
   * Default 0: fail at once, with every host's reason.
   */
  noHostTimeout: option(milliseconds(0), 0),

  /** A connection idle for longer than this is pinged before it is handed out; 0 = always, `false` = never. Default 500. */
  validateAfterIdle: option(
    z.union([milliseconds(0), z.literal(false)], { error: 'whole milliseconds from 0 to 2147483647, or false' }),
    500,
  ),
  /** How long a ping, a rollback or a session reset of the pool's own may take. Default 1000. */
  validationTimeout: option(milliseconds(1), 1000),
  /** Reset the session on every release, whether it looks changed or not. Default false. */
  resetOnRelease: option(flag(), false),
  /** Serve an autocommit read once more elsewhere when its host is lost. Default true. */
  retryReads: option(flag(), true),
  /** Ask a read of a second host while the first gives no answer. Default: as `retryReads`. */
  hedgeReads: option(flag(), inWords('as retryReads')),
  /**
   * Takes down where each statement was asked for: the stack of its error names the calling function even where nothing awaits
   * the call itself. That is a call without `await`, or by a function that is not async. It costs each statement some
   * microseconds. Without it an error names the functions that await it, which costs nothing until one fails. Default false.
   */
  trace: option(flag(), false),
  /** Report a connection that is checked out for longer than this, with its borrower's stack; 0 = off. Default 0. */
  leakDetectionThreshold: option(milliseconds(0), 0),
  /** How long `end()` waits for checked out connections before it destroys them; 0 = not at all. Default 10000. */
  endTimeout: option(milliseconds(0), 10_000),

  /**
   * Which host a new connection goes to: `random` (by weight), `round-robin`, `ordered` (by priority), `least-busy`, `latency`, or
   * what a function answers. Default `random`.
   */
  selector: option(
    z.union([oneOf(...selectorNames), callback<Selector>()], {
      error: `${selectorNames.map((name) => `'${name}'`).join(', ')} or a function`,
    }),
    'random',
  ),
  /** Where this process stands: hosts of the same zone come first. Default: none. */
  zone: option(name(), none),
  /** How hosts are watched. */
  health: section(healthSchema, {}),
  /**
   * Finds hosts while the pool runs: `'cluster'`, `'dns'`, or an object that says more.
   * Default false: the hosts are those that are named here.
   */
  discovery: option(
    z.union([z.literal(false), oneOf('cluster', 'dns'), discoverySchema], {
      error: "false, 'cluster', 'dns' or an object { from, interval, … }",
    }),
    false,
    'apart',
  ),

  /**
   * Session variables of the server to set on each connection, e.g. `{ time_zone: '+00:00', wsrep_sync_wait: 1 }`; in a URL
   * `sessionVariables.time_zone=%2B00:00`. Set in the same round trip that sets a connection up, and again after a session reset.
   * Default `{}`.
   */
  sessionVariables: option(
    recordOf(
      z.string().check(z.regex(/^[a-z_]\w*$/i, { error: 'names of session variables, as in time_zone' })),
      z.union([z.string(), z.number(), z.boolean()], { error: 'a string, a number or a boolean' }),
      "an object of variables and their values, as in { time_zone: '+00:00' }",
    ),
    {},
  ),
  /**
   * Runs on each new connection before it is used, and again after a session reset. What it sets counts as clean. It has to end
   * within `connectTimeout`, after a reset within `validationTimeout`; its time is never counted against a host.
   */
  onConnect: option(callback<(connection: SetupSession) => void | Promise<void>>(), none),

  /** Allow several statements in one query. Default false. */
  multipleStatements: option(flag(), false, 'connection'),
  /** Compress what travels. Default false. */
  compress: mysql2Option(option(flag(), false, 'connection')),
  /** TCP keep-alive. Default true. */
  enableKeepAlive: mysql2Option(option(flag(), true, 'connection')),
  /** Milliseconds of silence before the first keep-alive packet; 0 = the operating system's own setting. Default 0. */
  keepAliveInitialDelay: mysql2Option(option(milliseconds(0), 0, 'connection')),
  /** IP address of the network interface to connect from. Default: the operating system's choice. */
  localAddress: mysql2Option(
    option(
      text().check(z.refine((value) => isIP(value) !== 0, { error: 'an IP address of this machine' })),
      none,
      'connection',
    ),
  ),
  /**
   * Client capability flags to add, or with a leading `-` to leave out: `'LOCAL_FILES,-FOUND_ROWS'` or an array.
   * Default: mysql2's, without `LOCAL_FILES`, which lets a server read the client's files.
   */
  flags: mysql2Option(
    option(
      z.union([z.string(), listOf(text())], {
        error: "a string such as 'LOCAL_FILES,-ODBC', or an array",
      }),
      inWords("mysql2's, without LOCAL_FILES"),
      'apart',
    ),
  ),
  /** What the connection says about itself, for the server's `session_connect_attrs`. Default `{}`. */
  connectAttributes: mysql2Option(option(recordOf(z.string(), text(), 'an object of strings'), {}, 'connection')),
  /** Statements kept prepared per connection, least recently used first out; fewer once the server has no room for more. Default 64. */
  maxPreparedStatements: option(wholeNumber(1), 64, 'connection'),
  /** Allows the server to ask for the password in clear text. Default false. */
  enableCleartextPlugin: mysql2Option(option(flag(), false, 'connection')),
  /** Authentication plugins by name, as in mysql2. */
  authPlugins: mysql2Option(
    option(recordOf(z.string(), callback<AuthPlugin>(), 'an object of functions'), none, 'connection'),
  ),
  /** Answers `LOAD DATA LOCAL INFILE` with a stream, as in mysql2; needs the flag `LOCAL_FILES`. */
  infileStreamFactory: mysql2Option(option(callback<(path: string) => Readable>(), none, 'connection')),
  /** Row parsers without generated code, where `eval` is forbidden. Default false. */
  disableEval: mysql2Option(option(flag(), false, 'connection')),
  /**
   * Statements that are sent again go past mysql2's own way where that costs less; switched off by itself where mysql2 is not as
   * the pool knows it. What the statements answer is the same. Default true.
   */
  fastPath: option(flag(), true, 'connection'),
  /** Changes nothing, for this pool always ends gracefully. */
  gracefulEnd: mysql2Option(option(flag(), none, 'apart')),
}

export const poolTable = { ...ownTable, ...decodingTable }

/**
 * What `createPool` takes. Options that mysql2 has keep mysql2's name, unit and meaning; all times are whole milliseconds,
 * at most 2147483647 (24 days). An option that is `undefined` counts as left out. The object is read once: it is never
 * changed, and changing it later has no effect.
 */
export interface PoolOptions extends OptionsOf<typeof ownTable>, Decoding {}

/** Options as the schema leaves them: checked one by one, with the fixed defaults filled in. */
export type PoolValues = ValuesOf<typeof poolTable>
