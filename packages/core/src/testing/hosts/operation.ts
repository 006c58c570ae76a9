import type { Access } from '../../sql/access.js'
import type { Life as AnyLife } from '../search/lives.js'

export type { Violation } from '../search/lives.js'

/** The settings under which a server refuses writes. */
export type ReadOnlyName = 'read_only' | 'super_read_only' | 'innodb_read_only' | 'transaction_read_only'

/** The reaction of a server to new connections. */
type WelcomeName = 'accepts' | 'refuses' | 'is silent' | 'wants another password' | 'has no room'

/** One of the servers behind an address. Both numbers count among the items that exist. */
interface Place {
  readonly address: number
  readonly server: number
}

/**
 * One step in the life of hosts: an event of servers, addresses or flows, or an action of borrowers. Plain data, which can be
 * printed and read again.
 */
export type Operation =
  /** Statements by `pool.query`, several at once. */
  | { readonly do: 'run'; readonly access: Access; readonly count: number }
  | { readonly do: 'borrow'; readonly access: Access }
  | { readonly do: 'put'; readonly which: number; readonly access: Access }
  | { readonly do: 'release'; readonly which: number }
  | { readonly do: 'wait'; readonly time: number }
  /** New connections to the address lead to this server from now on. */
  | ({ readonly do: 'lead' } & Place)
  /** New connections to the address lead to this server from now on, and the former server is read-only. */
  | ({ readonly do: 'switch over' } & Place)
  | ({ readonly do: 'freeze' | 'thaw' } & Place)
  | ({ readonly do: 'welcome'; readonly how: WelcomeName } & Place)
  /** The server ends all of its sessions, and does so again, so many times, within the next milliseconds. */
  | ({ readonly do: 'end sessions'; readonly times: number } & Place)
  /** The packets of all open connections to the server are dropped without a notice. */
  | ({ readonly do: 'drop flows' } & Place)
  | ({ readonly do: 'read only'; readonly name: ReadOnlyName | 'none' } & Place)
  /** The server refuses writes, and none of its settings says so. */
  | ({ readonly do: 'refuse writes'; readonly on: boolean } & Place)
  | ({ readonly do: 'cluster'; readonly cluster: 'x' | 'y' | 'none' } & Place)
  | ({ readonly do: 'primary'; readonly on: boolean } & Place)
  /** The replication of the server stops, which not every account may see. */
  | ({ readonly do: 'stop replication'; readonly on: boolean } & Place)
  /** A replica is made the source. The former source goes on unchanged. */
  | ({ readonly do: 'promote' } & Place)
  /** A server becomes a read-only replica of the one at another address. */
  | ({ readonly do: 'follow'; readonly source: number } & Place)
  | { readonly do: 'privilege'; readonly on: boolean }
  /** The password function takes so many milliseconds from now on; -1 stands for Infinity. */
  | { readonly do: 'password'; readonly time: number }

/** The options of a life. */
export interface LifeOptions {
  readonly addresses: number
  /**
   * `replicas`: a source and its replicas, one server behind each address; `replication`: servers that replicate from no other.
   */
  readonly kind: 'galera' | 'replication' | 'replicas'
  /**
   * How replicas name their source: by the address that the pool has; or by its id, because the address that they use is another.
   */
  readonly sourceBy: 'address' | 'id'
  readonly probes: boolean
  readonly connectionLimit: number
  readonly selector: 'random' | 'ordered'
}

export type Life = AnyLife<LifeOptions, Operation>
