import type { DiscoveredMember } from '../config/options.js'
import type { Host } from '../hosts/host.js'

/** One server that should be a host of the pool. */
export interface SeenMember {
  readonly member: DiscoveredMember
  /** The configured host that is a name for it and for others, and gives way to them. */
  readonly name?: Host
}

/** What one look has found. */
export interface MembershipSnapshot {
  readonly members: readonly SeenMember[]
  /** Whether what is not among them is known to be gone. */
  readonly complete: boolean
}

/** Where hosts are looked for. */
export interface Source {
  /** Ends within a bounded time. Undefined when nothing could be learnt. */
  poll(): Promise<MembershipSnapshot | undefined>
  /** The member that a host of the pool is, as its cluster names it, where that is known. */
  memberOf(host: Host): string | undefined
  stop(): void
}
