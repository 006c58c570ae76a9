/**
 * How bad a finding is. `error`: the cluster does not serve this pool as it should. `warning`: the cluster serves the pool, and
 * will fail its users in a case that is going to come. `note`: a fact to know, with no need to mend it.
 */
export type Level = 'error' | 'warning' | 'note'

/** A problem that a check has found. */
export interface Finding {
  /** How bad it is. */
  readonly level: Level
  /** The hosts with the problem, `name:port`; empty for a problem of the pool or of all hosts. */
  readonly hosts: readonly string[]
  /** The problem in one sentence. */
  readonly problem: string
  /** Why the problem matters. */
  readonly reason: string
  /** The line that mends the problem: a statement, a setting, an option, a command. */
  readonly remedy: string
}
