import type { Facts } from './facts.js'
import type { Finding } from './finding.js'

/** Judges one matter. A check is a pure function of the facts: it opens nothing and asks nothing. */
export interface Check {
  /** What `--ignore` takes. */
  readonly name: string
  /** Among findings of the same level those of the greater weight come first. */
  readonly weight: number
  run(facts: Facts): readonly Finding[]
}
