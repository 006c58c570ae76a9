import type { Readable } from 'node:stream'

import type { SelectorOption } from '../selectors/registry.js'
import type { Decoding } from '../sql/decoding.js'
import type { SetupSession } from '../sql/setup-session.js'

/** One host of the list, where `name:port` does not say enough. */
export interface HostOptions {
  /** Name or address; IPv6 with or without brackets. The port goes into `port`. */
  readonly host: string
  /** TCP port, 1 to 65535; digits in a string will do. Default: the pool's `port`. */
  readonly port?: number | string | undefined
  /** Share of new connections, relative to the other hosts; 0 = only when no other host can be used. Default 1. */
  readonly weight?: number | undefined
  /** Where the host stands, compared with the pool's `zone`. Default: none. */
  readonly zone?: string | undefined
  /**
   * Rank for the `ordered` selector and the choice of a writer: the lowest usable one first; hosts of equal rank share by
   * weight. Default: place in the list, counted from 0.
   */
  readonly priority?: number | undefined
  /** Most connections to this host at once. Default: the pool's `connectionLimit`. */
  readonly connectionLimit?: number | undefined
  /** Name, or address, that the TLS certificate is checked against, when it differs from `host`. Default: `host`. */
  readonly servername?: string | undefined
}

/** How hosts are watched. */
export interface HealthOptions {
  /**
   * What a probe asks. `auto` finds out from the server; `galera`, `group-replication` (MySQL), `replication` (a primary and its
   * replicas) and `plain` fix it; `false` switches probes off, and a host that failed is then tried again after a backoff.
   * `group-replication` needs `SELECT ON performance_schema.replication_group_members`, `replication` needs `REPLICA MONITOR` on
   * MariaDB and `REPLICATION CLIENT` on MySQL; where that is missing a `warning` event says so once, and the probe asks no more
   * than `plain` does. Default `auto`.
   */
  readonly probe?: 'auto' | 'galera' | 'group-replication' | 'replication' | 'plain' | false | undefined
  /** Milliseconds between two probes of a host that is up. Default 2000. */
  readonly interval?: number | undefined
  /**
   * Milliseconds between two probes of a host that is suspect or down; never more than `interval`.
   * Default 500, or `interval` when that is less.
   */
  readonly retryInterval?: number | undefined
  /**
   * Milliseconds a probe may take, its connect included, before the host counts as down; half of it when statements wait there
   * for their answers, too. A host that answers statements meanwhile is busy, not down. Default 1000.
   */
  readonly timeout?: number | undefined
  /** Milliseconds over which a host that came back is given its full share again; 0 = at once. Default 10000. */
  readonly slowStart?: number | undefined
  /**
   * Milliseconds a replica may be behind its primary, which servers count in whole seconds; one further behind is used only
   * when no better host is up, and so is one whose replication is stopped; 0 = no limit. Default 30000.
   */
  readonly maxReplicaLag?: number | undefined
  /**
   * Write sets that may wait on a Galera node to be applied (`wsrep_local_recv_queue`); one with more is used only when no
   * better host is up, until half of this is left; 0 = no limit. Default 1000.
   */
  readonly maxReceiveQueue?: number | undefined
  /** Use a Galera node that is a donor, or desynced, like any other. Default false: only when no better host is up. */
  readonly useDonors?: boolean | undefined
}

/** A member as its cluster names it, or an address as DNS gives it. */
export interface DiscoveredMember {
  /** Name or address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

/** How hosts that the configuration does not name are found. */
export interface DiscoveryOptions {
  /**
   * `cluster`: the servers are asked who belongs to them (a Galera node for `wsrep_incoming_addresses`, a member of a MySQL
   * group for `performance_schema.replication_group_members`), and believed only in the primary component, or with a
   * majority. What the configuration names is never removed.
   * `dns`: every address behind each name in `host` is a host of its own, in place of the name. Default `cluster`.
   */
  readonly from?: 'cluster' | 'dns' | undefined
  /** Milliseconds between two looks, less up to a fifth at random; at least 100. Default 30000. */
  readonly interval?: number | undefined
  /**
   * Where this process reaches a member whose address inside the cluster is another one: `'db1.example.com:3307'`, or an
   * object that says more. Undefined leaves the member out. It is called at every look, so it should be quick and always
   * answer the same for the same member; one that throws is reported by a `warning` event and changes nothing.
   * Default: members are reached at the address that they are found by.
   */
  readonly map?: ((member: DiscoveredMember) => string | HostOptions | undefined) | undefined
}

/** One PEM text, or several: what is in the file, not its path. */
export type PemOption = string | Buffer | readonly (string | Buffer)[]

type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

/** TLS, in the names of Node's `tls.connect` and of mysql2's `ssl`. Buffers are kept, not copied. */
export interface SslOptions {
  /** The authorities to trust. Default: those that Node trusts. */
  readonly ca?: PemOption | undefined
  /** The client's certificate, where the server asks for one. */
  readonly cert?: PemOption | undefined
  /** The client's private key. */
  readonly key?: PemOption | undefined
  /** What the private key is encrypted with. */
  readonly passphrase?: string | undefined
  /** OpenSSL's cipher list. Default: Node's. */
  readonly ciphers?: string | undefined
  readonly minVersion?: TlsVersion | undefined
  readonly maxVersion?: TlsVersion | undefined
  /** Refuse a server whose certificate does not verify. Default true. */
  readonly rejectUnauthorized?: boolean | undefined
  /**
   * Also check that the certificate was issued for the host: for its `servername`, or else for its name or address as it is
   * written in `host` (an address has to be among the certificate's IP addresses). A host that discovery found by its address is
   * checked by that address; `discovery.map` can give it a `servername`. Default true whenever `rejectUnauthorized` is.
   */
  readonly verifyIdentity?: boolean | undefined
}

/**
 * A password, or a function that is asked for new connections (a token that expires, a rotated secret); connects that begin
 * while it is at work share its answer. Its time counts against `connectTimeout`, and never against a host. One that throws,
 * answers no string, or takes longer gives ERR_HOSTPOOL_CONFIG, which names it.
 */
export type PasswordOption = string | (() => string | Promise<string>)

/** Answers a server that asks for an authentication plugin; mysql2 exports makers of such functions as `authPlugins`. */
export type AuthPlugin = (
  context: never,
) => (data: Buffer) => string | Buffer | null | Promise<string> | Promise<Buffer> | Promise<null>

/**
 * What `createPool` takes. Options that mysql2 has keep mysql2's name, unit and meaning; all times are whole milliseconds,
 * at most 2147483647 (24 days). An option that is `undefined` counts as left out. The object is read once: it is never
 * changed, and changing it later has no effect.
 */
export interface PoolOptions extends Decoding {
  /**
   * The hosts: `'db1,db2:3307,[fd00::3]'`, an array of strings (`'db1:3307'`), of objects, or of both.
   * Default `localhost`.
   */
  readonly host?: string | readonly (string | HostOptions)[] | undefined
  /** Port of every host that names none; digits in a string will do. Default 3306. */
  readonly port?: number | string | undefined
  /** A Unix socket in place of `host`, for a single local server. */
  readonly socketPath?: string | undefined
  /** Default: none, which the server takes for the anonymous user. */
  readonly user?: string | undefined
  /** Default: none. */
  readonly password?: PasswordOption | undefined
  /** The schema that connections start in. Default: none. */
  readonly database?: string | undefined
  /**
   * TLS. `true` verifies the certificate and its name against the authorities that Node trusts; an object says more;
   * `'Amazon RDS'` are the authorities of mysql2's profile of that name; the host's name is checked, too. Default false.
   */
  readonly ssl?: boolean | 'Amazon RDS' | SslOptions | undefined
  /** Character set or collation. Default `utf8mb4_unicode_ci`, as in mysql2. */
  readonly charset?: string | undefined

  /** A name for this pool in its messages, events and metrics. Default `hostpool`. */
  readonly poolName?: string | undefined

  /** Most connections of this pool, over all hosts together, handshakes included. Default 4. */
  readonly connectionLimit?: number | undefined
  /** Connections kept open in the background even when nobody asks. Default 0. */
  readonly minIdle?: number | undefined
  /** Most idle connections kept; a surplus closes on release. Default: `connectionLimit`. */
  readonly maxIdle?: number | undefined
  /** An idle connection is closed after this long, down to `minIdle`; 0 = never. Default 60000. */
  readonly idleTimeout?: number | undefined
  /** A connection is replaced at this age, less up to a quarter at random; 0 = never. Default 1800000. */
  readonly maxLifetime?: number | undefined
  /** Handshakes under way at once per host. Default 2. */
  readonly maxConnecting?: number | undefined
  /**
   * TCP connect, handshake and set-up of one connection, the application's own functions (password, `authPlugins`, `onConnect`)
   * included; at least 1, for a handshake always ends. Default 10000.
   */
  readonly connectTimeout?: number | undefined

  /** Wait for a connection when none is free; off: fail at once. Default true. */
  readonly waitForConnections?: boolean | undefined
  /** Most callers waiting at once; 0 = no limit. Default 0. */
  readonly queueLimit?: number | undefined
  /** Longest wait for a connection; 0 = no limit. Default 10000. */
  readonly acquireTimeout?: number | undefined
  /**
   * How long a caller waits for any host to come up when all are down; it counts within `acquireTimeout`.
   * Default 0: fail at once, with every host's reason.
   */
  readonly noHostTimeout?: number | undefined

  /** A connection idle for longer than this is pinged before it is handed out; 0 = always, `false` = never. Default 500. */
  readonly validateAfterIdle?: number | false | undefined
  /** How long a ping, a rollback or a session reset of the pool's own may take. Default 1000. */
  readonly validationTimeout?: number | undefined
  /** Reset the session on every release, whether it looks changed or not. Default false. */
  readonly resetOnRelease?: boolean | undefined
  /** Serve an autocommit read once more elsewhere when its host is lost. Default true. */
  readonly retryReads?: boolean | undefined
  /** Ask a read of a second host while the first gives no answer. Default: as `retryReads`. */
  readonly hedgeReads?: boolean | undefined
  /**
   * Takes down where each statement was asked for, so that the stack of its error names the calling function even where nothing
   * awaits the call itself: a call without `await`, or by a function that is not async. It costs each statement some
   * microseconds. Without it an error names the functions that await it, which costs nothing until one fails. Default false.
   */
  readonly trace?: boolean | undefined
  /** Report a connection that is checked out for longer than this, with its borrower's stack; 0 = off. Default 0. */
  readonly leakDetectionThreshold?: number | undefined
  /** How long `end()` waits for checked out connections before it destroys them; 0 = not at all. Default 10000. */
  readonly endTimeout?: number | undefined

  /** Which host a new connection goes to. Default `random`. */
  readonly selector?: SelectorOption | undefined
  /** Where this process stands: hosts of the same zone come first. Default: none. */
  readonly zone?: string | undefined
  /** How hosts are watched. */
  readonly health?: HealthOptions | undefined

  /**
   * Finds hosts while the pool runs: `'cluster'`, `'dns'`, or an object that says more; see {@link DiscoveryOptions}.
   * Default false: the hosts are those that are named here.
   */
  readonly discovery?: false | 'cluster' | 'dns' | DiscoveryOptions | undefined

  /**
   * Session variables of the server to set on each connection, e.g. `{ time_zone: '+00:00', wsrep_sync_wait: 1 }`. Set in the
   * same round trip that sets a connection up, and again after a session reset. Default: none.
   */
  readonly sessionVariables?: Readonly<Record<string, string | number | boolean>> | undefined
  /**
   * Runs on each new connection before it is used, and again after a session reset. What it sets counts as clean. It has to end
   * within `connectTimeout`, after a reset within `validationTimeout`; its time is never counted against a host.
   */
  readonly onConnect?: ((connection: SetupSession) => void | Promise<void>) | undefined

  /** Allow several statements in one query. Default false. */
  readonly multipleStatements?: boolean | undefined
  /** Compress what travels. Default false. */
  readonly compress?: boolean | undefined
  /** TCP keep-alive. Default true. */
  readonly enableKeepAlive?: boolean | undefined
  /** Milliseconds of silence before the first keep-alive packet; 0 = the operating system's own setting. Default 0. */
  readonly keepAliveInitialDelay?: number | undefined
  /** IP address of the network interface to connect from. Default: the operating system's choice. */
  readonly localAddress?: string | undefined
  /**
   * Client capability flags to add, or with a leading `-` to leave out: `'LOCAL_FILES,-FOUND_ROWS'` or an array.
   * Default: mysql2's, without `LOCAL_FILES`, which lets a server read the client's files.
   */
  readonly flags?: string | readonly string[] | undefined
  /** What the connection says about itself, for the server's `session_connect_attrs`. */
  readonly connectAttributes?: Readonly<Record<string, string>> | undefined
  /** Statements kept prepared per connection, least recently used first out; fewer once the server has no room for more. Default 64. */
  readonly maxPreparedStatements?: number | undefined
  /** Allows the server to ask for the password in clear text. Default false. */
  readonly enableCleartextPlugin?: boolean | undefined
  /** Authentication plugins by name, as in mysql2. */
  readonly authPlugins?: Readonly<Record<string, AuthPlugin>> | undefined
  /** Answers `LOAD DATA LOCAL INFILE` with a stream, as in mysql2; needs the flag `LOCAL_FILES`. */
  readonly infileStreamFactory?: ((path: string) => Readable) | undefined
  /** Row parsers without generated code, where `eval` is forbidden. Default false. */
  readonly disableEval?: boolean | undefined
  /**
   * Whether statements that are sent again go past mysql2's own way where that costs less; what they answer is the same. The pool
   * switches it off by itself where mysql2 is not as it knows it. Default true.
   */
  readonly fastPath?: boolean | undefined
  /** mysql2's; this pool always ends gracefully, so it changes nothing. */
  readonly gracefulEnd?: boolean | undefined
}
