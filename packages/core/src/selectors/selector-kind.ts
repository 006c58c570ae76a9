import type { HostSelector } from './selector.js'

/** A named way to choose among hosts, and the traits that the engine depends on. */
export interface SelectorKind {
  /** Makes a selector. Each pool has one of its own, because some selectors have a state. */
  readonly create: () => HostSelector
  /** The selector also ranks the hosts when an idle connection is checked out, not only when a connection is opened. */
  readonly ranksIdle: boolean
  /** The hosts of the lowest `priority` number share all connections among themselves. */
  readonly followsPriority: boolean
}
