export type Outcome = 'passed' | 'failed' | 'unavailable'

/** What one check of a row came to: a cell of the table. */
export interface CheckResult {
  /** The column. */
  readonly name: string
  readonly outcome: Outcome
  readonly seconds: number
  /** Why it failed or cannot be had; of a check that passed, what a reader should know all the same. */
  readonly note?: string
}

/** A row of the table, as it came out when it was run. */
export interface RowResult {
  readonly dimension: string
  readonly row: string
  /** As found at run time: `{ node: '22.22.3', mariadb: '10.11.18-MariaDB' }`. */
  readonly versions: Readonly<Record<string, string>>
  readonly checks: readonly CheckResult[]
  readonly seconds: number
}

/** Something that a row needs cannot be had on this machine; the message says why. */
export class Unavailable extends Error {}

/** A row fails with one of its checks, and cannot be had when none of its checks could be made. */
export function outcomeOf({ checks }: RowResult): Outcome {
  if (checks.some(({ outcome }) => outcome === 'failed')) return 'failed'
  return checks.some(({ outcome }) => outcome === 'passed') ? 'passed' : 'unavailable'
}
