import { type Claim, Told } from './claim.js'
import { BURST_LASTS } from './plan.js'
import type { RoundRecord } from './round.js'

const COLUMNS = [
  'round',
  'fault',
  'node',
  'load',
  'after ms',
  'lasted s',
  'writes',
  'resolved',
  'unknown',
  'of these there',
  'undone',
  'no answer',
  'twice',
  'false claims',
] as const
const TEXT_COLUMNS: ReadonlySet<string> = new Set(['fault', 'load'])

export const BOOKS_LEGEND = `- after: from the first COMMIT of a burst, which lasts ${BURST_LASTS} ms, until the fault
- load: all on the node that fails, or on all nodes
- unknown: the error left it open whether it happened
- undone: the error said that nothing is left of it
- twice: more rows than were written; false claims: these, and all else that was not as its caller was told
`

/** How many writes were told so; a write whose rows were told differently counts for the worst of it. */
function count(claims: readonly Claim[], told: Told): number {
  const order = [Told.open, Told.unknown, Told.undone, Told.done]
  return claims.filter(({ parts }) => order.find((each) => parts.some((part) => part.told === each)) === told).length
}

export function unanswered({ claims }: RoundRecord): number {
  return count(claims, Told.open)
}

function numbersOf(claims: readonly Claim[]) {
  return [claims.length, ...[Told.done, Told.unknown].map((told) => count(claims, told))]
}

export function roundTable(records: readonly RoundRecord[]): string {
  const rows = records.map((record) => {
    const { plan, claims, findings } = record
    return [
      plan.round,
      plan.fault,
      plan.victim + 1,
      plan.ordered ? 'this node' : 'all nodes',
      plan.after,
      (plan.lasts / 1000).toFixed(1),
      ...numbersOf(claims),
      record.unknownThere,
      count(claims, Told.undone),
      unanswered(record),
      findings.filter(({ fault }) => fault === 'twice').length,
      new Set(findings.map(({ mark }) => mark)).size,
    ].map(String)
  })
  const sum = (column: number) => String(rows.reduce((total, row) => total + Number(row[column]), 0))
  const sums = COLUMNS.map((_, column) => (column === 0 ? 'all' : column < 6 ? '' : sum(column)))
  return format(COLUMNS, [...rows, sums], TEXT_COLUMNS)
}

/** What each way of writing met. */
export function wayTable(records: readonly RoundRecord[]): string {
  const claims = records.flatMap((record) => record.claims)
  const findings = records.flatMap((record) => record.findings)
  const wayOf = new Map(claims.map(({ mark, way }) => [mark, way]))
  const rows = [...new Set(claims.map(({ way }) => way))].toSorted().map((way) => {
    const own = claims.filter((claim) => claim.way === way)
    const wrong = new Set(findings.flatMap(({ mark }) => (wayOf.get(mark) === way ? [mark] : []))).size
    const errors = new Map<string, number>()
    for (const { parts } of own) {
      const code = parts.find(({ error }) => error !== undefined)?.error
      if (code !== undefined) errors.set(code, (errors.get(code) ?? 0) + 1)
    }
    const classes = [...errors].map(([code, times]) => `${times} x ${code}`).join(', ')
    return [way, ...[...numbersOf(own), count(own, Told.undone), wrong].map(String), classes]
  })
  const names = ['way', 'writes', 'resolved', 'unknown', 'undone', 'false claims', 'errors']
  return format(names, rows, new Set(['way', 'errors']))
}

function format(names: readonly string[], rows: readonly (readonly string[])[], texts: ReadonlySet<string>): string {
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)))
  const isText = (column: number) => texts.has(names[column] ?? '')
  const line = (row: readonly string[]) => {
    const padded = row.map((cell, column) => {
      const width = widths[column] ?? 0
      return isText(column) ? cell.padEnd(width) : cell.padStart(width)
    })
    return `| ${padded.join(' | ')} |\n`
  }
  const rule = widths.map((width, column) => (isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(names), line(rule), ...rows.map(line)].join('')
}
