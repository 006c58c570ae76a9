import type { DiscoveredMember } from '../config/options.js'
import type { Host } from '../hosts/host.js'

/** One server that should be a host of the pool. */
export interface SeenMember {
  readonly member: DiscoveredMember
  /** The configured host whose name stands for this server and maybe for others. The servers take the place of this host. */
  readonly name?: Host
}

/** The result of one poll. */
export interface MembershipSnapshot {
  readonly members: readonly SeenMember[]
  /** Whether the list is complete: a host that is not in the list is gone. */
  readonly complete: boolean
}

/** A source of members: the servers of a cluster, or DNS. */
export interface Source {
  /** Looks for members, within a bounded time. Undefined when there is no answer. */
  poll(): Promise<MembershipSnapshot | undefined>
  /** The member that a host of the pool is, by the name in its cluster; undefined where this is not known. */
  memberOf(host: Host): string | undefined
  stop(): void
}
