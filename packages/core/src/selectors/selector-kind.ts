import type { HostSelector } from './selector.js'

/** One way of choosing among hosts, and what the rest of the pool has to know of it. */
export interface SelectorKind {
  /** Each pool makes its own, for some remember. */
  readonly create: () => HostSelector
  /** It ranks hosts at each checkout of an idle connection, too, not only when a connection is opened. */
  readonly ranksIdle: boolean
  /** The hosts of the lowest `priority` number share all connections among themselves. */
  readonly followsPriority: boolean
}
