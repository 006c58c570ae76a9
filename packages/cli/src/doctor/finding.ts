/**
 * How bad it is. `error`: the cluster does not serve this pool as it should. `warning`: it does, and will fail its users in a
 * case that comes. `note`: worth knowing, nothing to mend.
 */
export type Level = 'error' | 'warning' | 'note'

/** What a check has found. */
export interface Finding {
  /** How bad it is. */
  readonly level: Level
  /** The hosts that it is about, `name:port`; empty where it is about the pool or all of them. */
  readonly hosts: readonly string[]
  /** What is wrong, in one sentence. */
  readonly problem: string
  /** Why it matters. */
  readonly reason: string
  /** The line that mends it: a statement, a setting, an option, a command. */
  readonly remedy: string
}
