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

/** All options except the decoding options. Messages and the README list them in this order. */
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
  /** Port of every host without a port of its own, as a number or a string of digits. Default 3306. */
  port: option(port, 3306),
  /** A Unix socket in place of `host`, for a single local server. */
  socketPath: option(name(), none, 'connection'),
  /** The account to log in with. Default: none, which is the anonymous user on the server. */
  user: option(text(), none, 'connection'),
  /**
   * A string, or a function (sync or async) that the pool calls for new connections; the time of the function never counts
   * against a host. Default: none.
   */
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
   * TLS: `true`, or `{ ca, cert, key, … }` as in mysql2; certificates and their names are verified. `true` trusts the authorities
   * that Node trusts, `'Amazon RDS'` those of mysql2's profile of this name. Default false.
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
  /** Most idle connections kept; further connections are closed on release. Default: `connectionLimit`. */
  maxIdle: option(wholeNumber(0), inWords('connectionLimit')),
  /** Milliseconds after which an idle connection is closed, down to `minIdle` connections; 0 = never. Default 60000. */
  idleTimeout: option(milliseconds(0), 60_000),
  /** Milliseconds: the age at which a connection is replaced, less up to a quarter at random; 0 = never. Default 1800000. */
  maxLifetime: option(milliseconds(0), 1_800_000),
  /** Most handshakes under way at once with one host. Default 2. */
  maxConnecting: option(wholeNumber(1), 2),
  /**
   * Milliseconds for the TCP connect, the handshake and the set-up of one connection; at least 1, because every handshake has to
   * end. The application's own functions (password, `authPlugins`, `onConnect`) are included. Default 10000.
   */
  connectTimeout: option(milliseconds(1), 10_000),

  /** Whether callers wait for a connection when none is free; `false`: they fail at once. Default true. */
  waitForConnections: option(flag(), true),
  /** Most callers that wait at once; 0 = no limit. Default 0. */
  queueLimit: option(wholeNumber(0), 0),
  /** Milliseconds a caller waits for a connection at most; 0 = no limit. Default 10000. */
  acquireTimeout: option(milliseconds(0), 10_000),
  /**
   * Milliseconds a caller waits for a usable host while there is none; this wait is a part of `acquireTimeout`.
   * Default 0: the caller fails at once, with every host's reason.
   */
  noHostTimeout: option(milliseconds(0), 0),

  /** Milliseconds: a connection idle for longer is pinged before its checkout; 0 = always, `false` = never. Default 500. */
  validateAfterIdle: option(
    z.union([milliseconds(0), z.literal(false)], { error: 'whole milliseconds from 0 to 2147483647, or false' }),
    500,
  ),
  /** Milliseconds that a ping, a rollback or a session reset of the pool's own may take. Default 1000. */
  validationTimeout: option(milliseconds(1), 1000),
  /** Reset the session on every release, even if no change of the session was seen. Default false. */
  resetOnRelease: option(flag(), false),
  /** Send an autocommit read once more, to another host, when its host is lost. Default true. */
  retryReads: option(flag(), true),
  /** Send a read to a second host too while the first one is unresponsive. Default: as `retryReads`. */
  hedgeReads: option(flag(), inWords('as retryReads')),
  /**
   * Records the call site of each statement: the stack of an error then names the calling function, even for a call without
   * `await` or from a function that is not async. The record costs each statement some microseconds. Without `trace` the stack of
   * an error names only the functions that await the call, at no cost before an error. Default false.
   */
  trace: option(flag(), false),
  /**
   * Milliseconds: a `leak` event reports a connection that is checked out for longer, with its borrower's stack; 0 = off.
   * Default 0.
   */
  leakDetectionThreshold: option(milliseconds(0), 0),
  /** Milliseconds that `end()` waits for checked out connections before it destroys them; 0 = not at all. Default 10000. */
  endTimeout: option(milliseconds(0), 10_000),

  /**
   * The choice of the host for a new connection: `random` (by weight), `round-robin`, `ordered` (by priority), `least-busy`,
   * `latency`, or a function. Default `random`.
   */
  selector: option(
    z.union([oneOf(...selectorNames), callback<Selector>()], {
      error: `${selectorNames.map((name) => `'${name}'`).join(', ')} or a function`,
    }),
    'random',
  ),
  /** The zone of this process: hosts of the same zone are preferred. Default: none. */
  zone: option(name(), none),
  /** The options of the health checks of hosts. */
  health: section(healthSchema, {}),
  /**
   * Finds hosts while the pool runs: `'cluster'`, `'dns'`, or an object of options.
   * Default false: the hosts are those of `host`.
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
   * `sessionVariables.time_zone=%2B00:00`. The set-up of a connection sets them without an additional round trip. After a session
   * reset they are set again. Default `{}`.
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
   * A function that runs on each new connection before its first use, and again after a session reset. Session state that the
   * function sets counts as clean. The function has to end within `connectTimeout`, after a reset within `validationTimeout`. Its
   * time never counts against a host.
   */
  onConnect: option(callback<(connection: SetupSession) => void | Promise<void>>(), none),

  /** Allow several statements in one query. Default false. */
  multipleStatements: option(flag(), false, 'connection'),
  /** Compress the traffic between client and server. Default false. */
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
  /** Attributes of the connection for the server's table `session_connect_attrs`. Default `{}`. */
  connectAttributes: mysql2Option(option(recordOf(z.string(), text(), 'an object of strings'), {}, 'connection')),
  /**
   * Most statements that a connection keeps prepared; the least recently used one is closed first. The number is lower once the
   * server has no room for more. Default 64.
   */
  maxPreparedStatements: option(wholeNumber(1), 64, 'connection'),
  /** Allows the server to ask for the password in clear text. Default false. */
  enableCleartextPlugin: mysql2Option(option(flag(), false, 'connection')),
  /** Authentication plugins by name, as in mysql2. */
  authPlugins: mysql2Option(
    option(recordOf(z.string(), callback<AuthPlugin>(), 'an object of functions'), none, 'connection'),
  ),
  /** Answers `LOAD DATA LOCAL INFILE` with a stream, as in mysql2; needs the flag `LOCAL_FILES`. */
  infileStreamFactory: mysql2Option(option(callback<(path: string) => Readable>(), none, 'connection')),
  /** Parse rows without generated code, for environments that forbid `eval`. Default false. */
  disableEval: mysql2Option(option(flag(), false, 'connection')),
  /**
   * Send repeated statements by a shorter way than mysql2's, where this costs less. The results are the same. The pool switches
   * the fast path off where mysql2's internals are not as expected. Default true.
   */
  fastPath: option(flag(), true, 'connection'),
  /** No effect: this pool always ends gracefully. */
  gracefulEnd: mysql2Option(option(flag(), none, 'apart')),
}

export const poolTable = { ...ownTable, ...decodingTable }

/**
 * The options of `createPool`. Options that mysql2 has keep mysql2's name, unit and meaning. All times are whole milliseconds, at
 * most 2147483647 (24 days). An option that is `undefined` counts as left out. The pool reads the object once and never changes
 * it. A later change of the object has no effect.
 */
export interface PoolOptions extends OptionsOf<typeof ownTable>, Decoding {}

/** The options after the schema: checked one by one, with the fixed defaults filled in. */
export type PoolValues = ValuesOf<typeof poolTable>
