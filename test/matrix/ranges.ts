/** What rows have to be there for a range of versions, so that the range allows nothing that is not shown. */
export interface Required {
  /** The lowest version of each line, whole: `0.3.26`. */
  readonly oldest: readonly string[]
  /** What stands for the newest of each line: `0.3`, `1`; of a range without an end also `latest`. */
  readonly newest: readonly string[]
}

/**
 * Reads a range as package.json has it. `^` is one line, of which the lowest version and the newest are required; `>=` is its
 * line, every later one that there is a row of, and what is the latest when rows are run. Throws for any other form: it would allow what this does not know of.
 * @param rows - versions of rows, whole or the name of a line
 */
export function requiredBy(range: string, rows: readonly string[]): Required {
  const oldest: string[] = []
  const newest: string[] = []
  for (const part of range.split('||').map((each) => each.trim())) {
    const [, form, version = ''] = /^(\^|>=)(\d+(?:\.\d+){0,2})$/.exec(part) ?? []
    if (form === undefined)
      throw new Error(`"${part}" of "${range}" is of a form that the matrix does not know: teach ranges.ts`)
    oldest.push(whole(version))
    newest.push(lineOf(version))
    if (form === '>=') newest.push(...laterLines(version, rows), 'latest')
  }
  return { oldest, newest: [...new Set(newest)] }
}

/** What is required and has no row. */
export function missingRows(range: string, rows: readonly string[]): readonly string[] {
  const { oldest, newest } = requiredBy(range, rows)
  return [...oldest, ...newest].filter((version) => !rows.includes(version))
}

/** Rows of versions that the range does not allow. */
export function needlessRows(range: string, rows: readonly string[]): readonly string[] {
  const { oldest, newest } = requiredBy(range, rows)
  return rows.filter((version) => !oldest.includes(version) && !newest.includes(version))
}

function whole(version: string): string {
  const [major = '0', minor = '0', patch = '0'] = version.split('.')
  return [major, minor, patch].join('.')
}

/** Versions that `^` takes together: those of one major version, and below 1 those of one minor version. */
function lineOf(version: string): string {
  const [major = '0', minor = '0'] = version.split('.')
  return major === '0' ? `0.${minor}` : major
}

/** From the version's own line up to the last one that there is a row of; a number that is left out has to be told why. */
function laterLines(version: string, rows: readonly string[]): readonly string[] {
  const from = Number(version.split('.')[0])
  const last = Math.max(from, ...rows.filter((row) => /^\d+$/.test(row)).map(Number))
  return Array.from({ length: last - from + 1 }, (_, index) => String(from + index))
}
