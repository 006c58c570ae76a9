import type { SelectorOption } from '../hosts/selector.js'
import type { Decoding } from '../session/decoding.js'
import type { Lease } from '../session/lease.js'

/** One host of the list, where `name:port` does not say enough. */
export interface HostOptions {
  /** Name or address; IPv6 with or without brackets. */
  readonly host: string
  /** TCP port. Default: the pool's `port`. */
  readonly port?: number
  /** Share of new connections, relative to the other hosts; 0 = only when no other host can be used. Default 1. */
  readonly weight?: number
  /** Where the host stands, compared with the pool's `zone`. Default: none. */
  readonly zone?: string
  /** Rank for the `ordered` selector and the choice of a writer: the lowest usable one first. Default: place in the list. */
  readonly priority?: number
  /** Most connections to this host at once. Default: the pool's `connectionLimit`. */
  readonly connectionLimit?: number
  /** Name the TLS certificate is checked against, when it differs from `host`. Default: `host`. */
  readonly servername?: string
}

/** How hosts are watched. */
export interface HealthOptions {
  /**
   * What a probe asks. `auto` finds out from the server; `galera`, `group-replication`, `replication` and `plain` fix it;
   * `false` switches probes off, and a host that failed is then tried again after a backoff. Default `auto`.
   */
  readonly probe?: 'auto' | 'galera' | 'group-replication' | 'replication' | 'plain' | false
  /** Milliseconds between two probes of a host that is up. Default 2000. */
  readonly interval?: number
  /** Milliseconds between two probes of a host that is suspect or down. Default 500. */
  readonly retryInterval?: number
  /** Milliseconds a probe may take, its connect included, before the host counts as down. Default 1000. */
  readonly timeout?: number
  /** Milliseconds over which a host that came back is given its full share again. Default 10000. */
  readonly slowStart?: number
}

/** TLS, as in Node's `tls.connect` and mysql2's `ssl`. */
export interface SslOptions {
  readonly ca?: string | Buffer | readonly (string | Buffer)[]
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly passphrase?: string
  readonly ciphers?: string
  readonly minVersion?: string
  readonly maxVersion?: string
  /** Refuse a server whose certificate does not verify. Default true. */
  readonly rejectUnauthorized?: boolean
  /** Also check that the certificate was issued for the host. Default true whenever `rejectUnauthorized` is. */
  readonly verifyIdentity?: boolean
}

/** A password, or a function that is asked for every new connection (a token that expires, a rotated secret). */
export type PasswordOption = string | (() => string | Promise<string>)

/**
 * What `createPool` takes. Options that mysql2 has keep mysql2's name, unit and meaning; all times are milliseconds.
 */
export interface PoolOptions extends Decoding {
  /** The hosts: `'db1,db2:3307,[fd00::3]'`, an array of such strings, or of objects. Default `localhost`. */
  readonly host?: string | readonly (string | HostOptions)[]
  /** Port of every host that names none. Default 3306. */
  readonly port?: number
  /** A Unix socket in place of `host`, for a single local server. */
  readonly socketPath?: string
  readonly user?: string
  readonly password?: PasswordOption
  readonly database?: string
  /** TLS; `true` verifies against the system's authorities, a string names a profile of mysql2. Default off. */
  readonly ssl?: boolean | string | SslOptions
  /** Default `utf8mb4_unicode_ci`, as in mysql2. */
  readonly charset?: string

  /** A name for this pool in its messages, events and metrics. Default `hostpool`. */
  readonly poolName?: string

  /** Most connections of this pool, over all hosts together, handshakes included. Default 4. */
  readonly connectionLimit?: number
  /** Connections kept open in the background even when nobody asks. Default 0. */
  readonly minIdle?: number
  /** Most idle connections kept; a surplus closes on release. Default: `connectionLimit`. */
  readonly maxIdle?: number
  /** An idle connection is closed after this long, down to `minIdle`; 0 = never. Default 60000. */
  readonly idleTimeout?: number
  /** A connection is replaced at this age, less up to a quarter at random; 0 = never. Default 1800000. */
  readonly maxLifetime?: number
  /** Handshakes under way at once per host. Default 2. */
  readonly maxConnecting?: number
  /** TCP connect and handshake of one connection. Default 10000. */
  readonly connectTimeout?: number

  /** Wait for a connection when none is free; off: fail at once. Default true. */
  readonly waitForConnections?: boolean
  /** Most callers waiting at once; 0 = no limit. Default 0. */
  readonly queueLimit?: number
  /** Longest wait for a connection; 0 = no limit. Default 10000. */
  readonly acquireTimeout?: number
  /** How long a caller waits for any host to come up when all are down. Default 0: fail at once, with every host's reason. */
  readonly noHostTimeout?: number

  /** A connection idle for longer than this is pinged before it is handed out; 0 = always, `false` = never. Default 500. */
  readonly validateAfterIdle?: number | false
  /** How long a ping, a rollback or a session reset of the pool's own may take. Default 1000. */
  readonly validationTimeout?: number
  /** Reset the session on every release, whether it looks changed or not. Default false. */
  readonly resetOnRelease?: boolean
  /** Serve an autocommit read once more elsewhere when its host is lost. Default true. */
  readonly retryReads?: boolean
  /** Report a connection that is lent for longer than this, with its borrower's stack; 0 = off. Default 0. */
  readonly leakDetectionThreshold?: number
  /** How long `end()` waits for lent connections before it destroys them. Default 10000. */
  readonly endTimeout?: number

  /** Which host a new connection goes to. Default `random`. */
  readonly selector?: SelectorOption
  /** Where this process stands: hosts of the same zone come first. Default: none. */
  readonly zone?: string
  readonly health?: HealthOptions

  /** Runs on each new connection before it is used, and again after a session reset. What it sets counts as clean. */
  readonly onConnect?: (connection: Lease) => void | Promise<void>

  /** Allow several statements in one query. Default false. */
  readonly multipleStatements?: boolean
  readonly compress?: boolean
  /** TCP keep-alive. Default true. */
  readonly enableKeepAlive?: boolean
  readonly keepAliveInitialDelay?: number
  readonly localAddress?: string
  /** Client capability flags to add, or with a leading `-` to leave out. */
  readonly flags?: string | readonly string[]
  readonly connectAttributes?: Readonly<Record<string, string>>
  /** Statements kept prepared per connection. Default 256. */
  readonly maxPreparedStatements?: number
  /** Allows the server to ask for the password in clear text. Default false. */
  readonly enableCleartextPlugin?: boolean
  /** Row parsers without generated code, where `eval` is forbidden. Default false. */
  readonly disableEval?: boolean
  /** mysql2's; this pool always ends gracefully, so it changes nothing. */
  readonly gracefulEnd?: boolean
}
