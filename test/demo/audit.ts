import { type Entry, Outcome } from './ledger.js'

/** What the data of one host says about the writes. */
export interface Audit {
  /** Acknowledged writes that are there, whole and once. */
  readonly kept: number
  /** Rows of these. */
  readonly keptRows: number
  /** Writes of unknown outcome that are there, whole and once. */
  readonly unknownThere: number
  /** Writes of unknown outcome that are not there. */
  readonly unknownNotThere: number
  /** Everything that must not be; empty when all is well. */
  readonly problems: readonly string[]
}

/** Compares the ledger with the number of rows found for each request. */
export function audit(entries: readonly Entry[], found: ReadonlyMap<string, number>): Audit {
  let kept = 0
  let keptRows = 0
  let unknownThere = 0
  let unknownNotThere = 0
  const problems: string[] = []
  const expected = new Set<string>()
  for (const { request, rows, outcome } of entries) {
    expected.add(request)
    const there = found.get(request) ?? 0
    const name = `${outcome} write ${request}`
    if (there !== 0 && there !== rows) {
      problems.push(`${name} has ${there} rows in place of ${rows}`)
    } else if (outcome === Outcome.Acknowledged) {
      if (there === 0) problems.push(`${name} is missing`)
      else {
        kept += 1
        keptRows += there
      }
    } else if (outcome === Outcome.Failed) {
      if (there !== 0) problems.push(`${name} is there all the same`)
    } else if (there === 0) {
      unknownNotThere += 1
    } else {
      unknownThere += 1
    }
  }
  for (const request of found.keys()) {
    if (!expected.has(request)) problems.push(`there are rows of a request ${request} that nobody made`)
  }
  return { kept, keptRows, unknownThere, unknownNotThere, problems }
}
