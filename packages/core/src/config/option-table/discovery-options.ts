import type { OptionsOf, ValuesOf } from '../option.js'
import { callback, milliseconds, oneOf } from '../option-kinds.js'
import { none, option } from '../option-row.js'
import type { HostOptions } from './host-options.js'

/** A member by its name in the cluster, or an address from DNS. */
export interface DiscoveredMember {
  /** Name or address; IPv6 without brackets. */
  readonly host: string
  /** TCP port. */
  readonly port: number
}

export const discoveryTable = {
  /**
   * The source of hosts: the servers' own lists of members (`cluster`), or a lookup of the names in `host` (`dns`).
   * `cluster`: the pool reads `wsrep_incoming_addresses` of a Galera node, and `performance_schema.replication_group_members` of
   * a member of a MySQL group. The list of a node outside the primary component, or of a member without a majority, is ignored.
   * Hosts of the configuration are never removed.
   * `dns`: every address of each name in `host` is a host of its own, in place of the name. Default `cluster`.
   */
  from: option(oneOf('cluster', 'dns'), 'cluster'),
  /** Milliseconds between two polls, less up to a fifth at random; at least 100. Default 30000. */
  interval: option(milliseconds(100), 30_000),
  /**
   * A function of `{ host, port }` that returns the address of a member for this process, where the member has another address
   * inside the cluster: `'db1.example.com:3307'`, or a host object. For undefined the member is left out. The pool calls the
   * function at every poll, so it should be quick, and always return the same for the same member. If the function throws, a
   * `warning` event reports the error, and the member stays as it is. Default: the address in the list of members.
   */
  map: option(callback<(member: DiscoveredMember) => string | HostOptions | undefined>(), none),
}

/** The options of discovery, which finds hosts that the configuration does not name. */
export interface DiscoveryOptions extends OptionsOf<typeof discoveryTable> {}

/** The checked options, with the fixed defaults filled in. */
export interface DiscoveryValues extends ValuesOf<typeof discoveryTable> {}
