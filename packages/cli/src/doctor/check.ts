import type { Facts } from './facts.js'
import type { Finding } from './finding.js'

/** Judges one matter. A check is a pure function of the facts: it opens nothing and asks nothing. */
export interface Check {
  /** The name of the check, as `--ignore` takes it. */
  readonly name: string
  /** The order among findings of the same level: a greater weight comes first. */
  readonly weight: number
  run(facts: Facts): readonly Finding[]
}
