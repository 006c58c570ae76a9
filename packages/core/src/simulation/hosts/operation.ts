import type { Access } from '../../sql/access.js'
import type { Life as AnyLife } from '../search/lives.js'

export type { Violation } from '../search/lives.js'

/** The settings under which a server refuses writes. */
export type ReadOnlyName = 'read_only' | 'super_read_only' | 'innodb_read_only' | 'transaction_read_only'

/** How new connections are met. */
type WelcomeName = 'accepts' | 'refuses' | 'is silent' | 'wants another password' | 'has no room'

/** Which of the servers behind an address; both count among what there is. */
interface Place {
  readonly address: number
  readonly server: number
}

/**
 * One step in the life of hosts: what befalls servers, addresses and flows, and what borrowers do meanwhile. Plain data, so that it
 * can be printed and read again.
 */
export type Operation =
  /** Statements of the pool's own, several at once. */
  | { readonly do: 'run'; readonly access: Access; readonly count: number }
  | { readonly do: 'borrow'; readonly access: Access }
  | { readonly do: 'put'; readonly which: number; readonly access: Access }
  | { readonly do: 'release'; readonly which: number }
  | { readonly do: 'wait'; readonly time: number }
  /** New connections to the address lead to this server from now on. */
  | ({ readonly do: 'lead' } & Place)
  /** The same, and the server that it led to before is read-only from now on. */
  | ({ readonly do: 'switch over' } & Place)
  | ({ readonly do: 'freeze' | 'thaw' } & Place)
  | ({ readonly do: 'welcome'; readonly how: WelcomeName } & Place)
  /** All of its sessions are ended, and those that are new within the next milliseconds, so many times. */
  | ({ readonly do: 'end sessions'; readonly times: number } & Place)
  /** The flows of all of its connections are dropped without a word. */
  | ({ readonly do: 'drop flows' } & Place)
  | ({ readonly do: 'read only'; readonly name: ReadOnlyName | 'none' } & Place)
  /** Refuses writes, and none of its settings says so. */
  | ({ readonly do: 'refuse writes'; readonly on: boolean } & Place)
  | ({ readonly do: 'cluster'; readonly cluster: 'x' | 'y' | 'none' } & Place)
  | ({ readonly do: 'primary'; readonly on: boolean } & Place)
  /** Its replication has stopped, which not every account may see. */
  | ({ readonly do: 'stop replication'; readonly on: boolean } & Place)
  /** A replica is made the source; what it followed goes on as it is. */
  | ({ readonly do: 'promote' } & Place)
  /** A server becomes a read-only replica of the one at another address. */
  | ({ readonly do: 'follow'; readonly source: number } & Place)
  | { readonly do: 'privilege'; readonly on: boolean }
  /** The password function takes so long from now on; Infinity is written as -1. */
  | { readonly do: 'password'; readonly time: number }

/** The options that a life is about. */
export interface LifeOptions {
  readonly addresses: number
  /** `replicas`: a source and what follows it, a server to an address; `replication`: servers that follow none. */
  readonly kind: 'galera' | 'replication' | 'replicas'
  /** How replicas name their source: the address as the pool has it, or an id alone, its address inside being another. */
  readonly sourceBy: 'address' | 'id'
  readonly probes: boolean
  readonly connectionLimit: number
  readonly selector: 'random' | 'ordered'
}

export type Life = AnyLife<LifeOptions, Operation>
