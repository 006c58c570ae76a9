import type { OptionsOf, ValuesOf } from '../option.js'
import { callback, milliseconds, oneOf } from '../option-kinds.js'
import { none, option } from '../option-row.js'
import type { HostOptions } from './host-options.js'

/** A member as its cluster names it, or an address as DNS gives it. */
export interface DiscoveredMember {
  /** Name or address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

export const discoveryTable = {
  /**
   * Whether the servers are asked for the members of their cluster (`cluster`), or the names in `host` are looked up (`dns`).
   * `cluster`: a Galera node is asked for `wsrep_incoming_addresses`, a member of a MySQL group for
   * `performance_schema.replication_group_members`, and believed only in the primary component, or with a majority. What the
   * configuration names is never removed.
   * `dns`: every address behind each name in `host` is a host of its own, in place of the name. Default `cluster`.
   */
  from: option(oneOf('cluster', 'dns'), 'cluster'),
  /** Milliseconds between two looks, less up to a fifth at random; at least 100. Default 30000. */
  interval: option(milliseconds(100), 30_000),
  /**
   * Where this process reaches a member whose address inside the cluster is another one: a function of `{ host, port }` that
   * answers `'db1.example.com:3307'`, or an object that says more. Undefined leaves the member out. It is called at every look,
   * so it should be quick and always answer the same for the same member; one that throws is reported by a `warning` event and
   * changes nothing. Default: members are reached at the address that they are found by.
   */
  map: option(callback<(member: DiscoveredMember) => string | HostOptions | undefined>(), none),
}

/** How hosts that the configuration does not name are found. */
export interface DiscoveryOptions extends OptionsOf<typeof discoveryTable> {}

/** The same as they are read: the fixed defaults filled in. */
export interface DiscoveryValues extends ValuesOf<typeof discoveryTable> {}
