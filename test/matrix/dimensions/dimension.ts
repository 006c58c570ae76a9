import type { CheckResult } from '../report/result.js'
import type { Workshop } from '../workshop/workshop.js'

/** What a row found: checks that were made, and versions as they were found. */
interface Findings {
  readonly versions: Readonly<Record<string, string>>
  readonly checks: readonly CheckResult[]
}

/** One thing that a row is about, in several versions. */
export interface Dimension<Row extends { readonly name: string } = { readonly name: string }> {
  /** As the command line has it. */
  readonly name: string
  readonly title: string
  /** Sentences below the title of its table. */
  readonly about: string
  /** Names of all checks. */
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** Makes the checks of a row. @throws Unavailable */
  readonly run: (row: Row, workshop: Workshop) => Promise<Findings>
}
