import { parseArgs } from 'node:util'

import { errorMessage } from '../cluster/error-text.js'
import { UsageError } from '../program/arguments.js'
import type { RunnableDimension } from './dimensions/dimensions.js'

/** What the command line asks for. */
export interface MatrixOptions {
  /** Rows to run, in their order. */
  readonly wanted: readonly Wanted[]
  /** Results of earlier runs, to be taken in place of a run. */
  readonly from: readonly string[]
  readonly json: boolean
  readonly list: boolean
  readonly write: boolean
}

export interface Wanted {
  readonly dimension: RunnableDimension
  readonly row: string
}

export function usageOf(dimensions: readonly RunnableDimension[]): string {
  return `usage: npm run matrix -- [DIMENSION…] [--row ROW]… [--write] [--json] [--list] [--from PATH]…

  DIMENSION     ${dimensions.map(({ name }) => name).join(', ')}; default all
  --row ROW     only rows of this name ("Node 22"); any number of times
  --write       writes docs/supported.md, docs/supported.json and the README's lines; rows that were not run stay as they were
  --json        the results as JSON, and nothing else, on the standard output
  --list        the rows, as JSON, without running them
  --from PATH   results of earlier runs with --json, a file or a folder of such, in place of a run; any number of times

The exit status is 1 when a row fails. A row that cannot be had on this machine does not fail.
`
}

/** @throws UsageError */
export function readOptions(args: readonly string[], dimensions: readonly RunnableDimension[]): MatrixOptions | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  for (const name of positionals) {
    if (dimensions.some((each) => each.name === name)) continue
    throw new UsageError(`"${name}" is no dimension; there are ${dimensions.map((each) => each.name).join(', ')}`)
  }
  const chosen = dimensions.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const rows = values.row ?? []
  const every = chosen.flatMap((dimension) => dimension.rows.map((row) => ({ dimension, row })))
  for (const row of rows) {
    if (every.some((each) => each.row === row)) continue
    throw new UsageError(`--row "${row}" is no row; --list shows them`)
  }
  return {
    wanted: every.filter(({ row }) => rows.length === 0 || rows.includes(row)),
    from: values.from ?? [],
    json: values.json ?? false,
    list: values.list ?? false,
    write: values.write ?? false,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        row: { type: 'string', multiple: true },
        from: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        list: { type: 'boolean' },
        write: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error })
  }
}
