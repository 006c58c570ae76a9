import type { HostState, ServerDescription } from '@mysql-hostpool/core'

/** Names and values as a server tells them; names in small letters. */
export type Values = ReadonlyMap<string, string>

/** At which step a host could not be asked. */
export type FailureStage =
  /** No address, no route, no listener there. */
  | 'unreachable'
  /** Nothing came within the time. */
  | 'silent'
  /** Encryption could not be agreed on, or the certificate is not the one that is wanted. */
  | 'tls'
  /** The server refused the account, its password or its database. */
  | 'login'
  /** The server let the account in, and refused to set the session up as the pool does. */
  | 'session'
  /** The server has no room for one more connection. */
  | 'full'
  /** Anything else; the message says what. */
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

/** What the pool's own probe says of a host. */
export interface HostVerdict {
  /** The state that the host has for the pool. */
  readonly state: HostState
  /** Why, in words; empty for a host that is simply up. */
  readonly reason: string
  /** Whether the host accepts writes. */
  readonly writable: boolean
}

/** What one server has told. */
export interface ServerFacts {
  /** The version as the server reports it, e.g. `10.11.19-MariaDB`. */
  readonly version: string
  /** As the server has let it in, `app@%`. */
  readonly account: string
  /** What the pool's probes and discovery read off it; undefined where that could not be asked. */
  readonly description: ServerDescription | undefined
  /** The global variables, as far as a check asks for them. */
  readonly variables: ReadonlyMap<string, string>
  /** Of a session as the pool sets it up. */
  readonly session: ReadonlyMap<string, string>
  /** The global status, as far as a check asks for it. */
  readonly status: ReadonlyMap<string, string>
  /** The status of this session, as far as it is about encryption. */
  readonly encryption: ReadonlyMap<string, string>
  /** How far its clock is ahead of this machine's, and how much of that may be the way of the answer. */
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

/** What is known of one host. */
export interface HostFacts {
  /** `name:port`. */
  readonly name: string
  /** Whether the configuration names it (or DNS, for a name there), or only its cluster does. */
  readonly origin: 'configured' | 'member'
  /** Whether it is on this machine. */
  readonly local: boolean
  /** Most connections of one pool to it. */
  readonly connectionLimit: number
  /** Why the host could not be asked; undefined for a host that has answered. */
  readonly failure: HostFailure | undefined
  /** What a probe of the pool says of the host; undefined where there was none. */
  readonly verdict: HostVerdict | undefined
  /** Undefined where the host could not be asked. */
  readonly server: ServerFacts | undefined
}

/** A host that has answered. */
export interface ReachedHost extends HostFacts {
  readonly server: ServerFacts
}

/** What of the pool's configuration the checks look at. */
export interface PoolPlan {
  /** How many processes have such a pool; undefined where that was not told. */
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
  /** Whether the addresses of members are translated. */
  readonly mapsMembers: boolean
  /** What is checked of a server's certificate. */
  readonly encryption: 'off' | 'unverified' | 'unnamed' | 'verified'
  /** Milliseconds that a host had for each answer. */
  readonly timeout: number
}

/** Tables that do not suit a cluster; each `schema.table`. */
export interface SchemaFacts {
  /** Which host was asked. */
  readonly host: string
  /** Without a primary key, and without a unique key over columns that are never NULL. */
  readonly keyless: readonly string[]
  readonly notInnoDb: readonly { readonly table: string; readonly engine: string }[]
  /** Why they could not be looked for. */
  readonly problem: string | undefined
}

/** All that was gathered; what the checks judge. */
export interface Facts {
  readonly pool: PoolPlan
  readonly hosts: readonly HostFacts[]
  readonly schema: SchemaFacts | undefined
  /** When it was gathered (a `Date.now()` time). */
  readonly now: number
}
