import { wrap } from '../../program/wrap.js'
import type { TableOf } from './markdown.js'
import { outcomeOf, type Outcome, type RowResult } from './result.js'

const WORDS: Readonly<Record<Outcome, string>> = { passed: 'ok', failed: 'FAILED', unavailable: '-' }
const WIDTH = 118

/** A line while rows are run. */
export function progressLine(result: RowResult): string {
  const outcome = outcomeOf(result)
  const words = outcome === 'unavailable' ? 'not to be had' : outcome
  const found = [...new Set(Object.values(result.versions))].join(', ')
  const failed = result.checks.filter((check) => check.outcome === 'failed').map(({ name }) => name)
  const which = failed.length === 0 ? '' : `: ${failed.join(', ')}`
  return `${words.padEnd(13)}  ${result.seconds.toFixed(0).padStart(4)} s  ${result.row}${found && ` (${found})`}${which}`
}

/** All results as tables for a terminal. */
export function terminalTables(dimensions: readonly TableOf[], results: readonly RowResult[]): string {
  return dimensions
    .map((dimension) => ({ dimension, rows: results.filter((row) => row.dimension === dimension.name) }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ dimension, rows }) => terminalTable(dimension, rows))
    .join('\n')
}

function terminalTable({ title, columns }: TableOf, rows: readonly RowResult[]): string {
  const further = rows.flatMap(({ checks }) => checks.map(({ name }) => name)).filter((name) => !columns.includes(name))
  const all = [...columns, ...new Set(further)]
  const cells = rows.map((row) => [
    row.row,
    [...new Set(Object.values(row.versions))].join(', '),
    ...all.map((name) => {
      const check = row.checks.find((each) => each.name === name)
      return check ? WORDS[check.outcome] : ''
    }),
    `${row.seconds.toFixed(0)} s`,
  ])
  const table = [[title, 'found', ...all, 'time'], ...cells]
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const notes = rows.flatMap(({ row, checks }) =>
    checks
      .filter(({ outcome, note }) => note !== undefined && outcome !== 'passed')
      .flatMap(({ name, note = '' }) =>
        note.split('\n').flatMap((line, at) => wrap(at ? `    ${line}` : `${row}, ${name}: ${line}`, WIDTH)),
      ),
  )
  return [...lines, ...new Set(notes), ''].join('\n')
}
