import type { HostState, ServerDescription } from '@mysql-hostpool/core'

/** Names and values as a server tells them, with the names in lower case. */
export type Values = ReadonlyMap<string, string>

/** At which step a host could not be asked. */
export type FailureStage =
  /** The name has no address, there is no route, or no server listens. */
  | 'unreachable'
  /** No answer came within the time limit. */
  | 'silent'
  /** Client and server could not agree on TLS, or the certificate is the wrong one. */
  | 'tls'
  /** The server refused the account, its password or its database. */
  | 'login'
  /** The server let the account in, and refused to set the session up as the pool does. */
  | 'session'
  /** The server has no room for one more connection. */
  | 'full'
  /** Any other failure; see its message. */
  | 'other'

/** Why a host could not be asked. */
export interface HostFailure {
  /** The step that failed. */
  readonly stage: FailureStage
  /** The text of the error, without secrets. */
  readonly message: string
  /** The code of the error, e.g. `ECONNREFUSED`; undefined for an error without one. */
  readonly code: string | undefined
  /** The server's own number of the error. */
  readonly errno: number | undefined
}

/** The verdict of the pool's own probe on a host. */
export interface HostVerdict {
  /** The state that the host has for the pool. */
  readonly state: HostState
  /** The reason for the state, in words; empty for a host that is up and fit for all work. */
  readonly reason: string
  /** Whether the host accepts writes. */
  readonly writable: boolean
}

/** The answers of one server. */
export interface ServerFacts {
  /** The version as the server reports it, e.g. `10.11.19-MariaDB`. */
  readonly version: string
  /** The account that the server has found for the login, `app@%`. */
  readonly account: string
  /** The kind of server and its cluster, as the pool's probes and discovery read them; undefined without an answer. */
  readonly description: ServerDescription | undefined
  /** The global variables, as far as a check asks for them. */
  readonly variables: ReadonlyMap<string, string>
  /** The variables of a session as the pool sets it up. */
  readonly session: ReadonlyMap<string, string>
  /** The global status, as far as a check asks for it. */
  readonly status: ReadonlyMap<string, string>
  /** The status variables of the session that tell of encryption. */
  readonly encryption: ReadonlyMap<string, string>
  /** How far the server's clock is ahead of this machine's, and how far the network's delay may have changed that. */
  readonly clock:
    | {
        /** Milliseconds; negative for a clock that is behind. */
        readonly ahead: number
        /** Milliseconds. */
        readonly uncertainty: number
      }
    | undefined
  /** Questions without an answer, each with the reason. */
  readonly unanswered: readonly string[]
}

/** The facts of one host. */
export interface HostFacts {
  /** `name:port`. */
  readonly name: string
  /** Where the name of the host is from: the configuration (or DNS, for a name there), or the list of members of its cluster. */
  readonly origin: 'configured' | 'member'
  /** Whether the host is this machine. */
  readonly local: boolean
  /** The most connections that one pool opens to the host. */
  readonly connectionLimit: number
  /** Why the host could not be asked; undefined for a host that has answered. */
  readonly failure: HostFailure | undefined
  /** What a probe of the pool says of the host; undefined where there was none. */
  readonly verdict: HostVerdict | undefined
  /** The answers of the host; undefined where it could not be asked. */
  readonly server: ServerFacts | undefined
}

/** A host that has answered. */
export interface ReachedHost extends HostFacts {
  readonly server: ServerFacts
}

/** The parts of the pool's configuration that the checks read. */
export interface PoolPlan {
  /** How many processes have such a pool; undefined without `--processes`. */
  readonly processes: number | undefined
  readonly user: string | undefined
  readonly database: string | undefined
  readonly connectionLimit: number
  readonly minIdle: number
  readonly acquireTimeout: number
  readonly idleTimeout: number
  readonly maxLifetime: number
  readonly maxPreparedStatements: number
  readonly discovery: 'cluster' | 'dns' | false
  /** Whether the option `discovery.map` translates the addresses of members. */
  readonly mapsMembers: boolean
  /** How the pool checks a server's certificate. */
  readonly encryption: 'off' | 'unverified' | 'unnamed' | 'verified'
  /** Milliseconds that a host had for each answer. */
  readonly timeout: number
}

/** Tables that do not suit a cluster; each `schema.table`. */
export interface SchemaFacts {
  /** Which host was asked. */
  readonly host: string
  /** Tables without a primary key, and without a unique key over columns that are never NULL. */
  readonly keyless: readonly string[]
  readonly notInnoDb: readonly { readonly table: string; readonly engine: string }[]
  /** Why the question for tables failed. */
  readonly problem: string | undefined
}

/** All facts, which the checks judge. */
export interface Facts {
  readonly pool: PoolPlan
  readonly hosts: readonly HostFacts[]
  readonly schema: SchemaFacts | undefined
  /** The time at which the facts were gathered, as `Date.now()` gives it. */
  readonly now: number
}
