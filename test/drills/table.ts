import type { RequestKind } from '../demo/tally.js'
import type { DrillRecord } from './drill.js'
import { type Figures, SLOW } from './figures.js'
import type { SubjectName } from './subjects/subject.js'
import type { Target } from './targets.js'

export interface DrillResult {
  readonly record: Pick<DrillRecord, 'drill' | 'rate' | 'control' | 'outages' | 'letGo'>
  readonly pools: readonly PoolResult[]
}

export type PoolResult = {
  readonly name: SubjectName
  readonly configuration: string
} & ({ readonly figures: Figures; readonly targets: readonly Target[] } | { readonly failure: string })

/** The columns, and whether they hold numbers. */
const COLUMNS = [
  ['drill', false],
  ['rate', true],
  ['pool', false],
  ['kind', false],
  ['requests', true],
  ['errors', true],
  [`> ${SLOW} ms`, true],
  ['worst', true],
  ['never settled', true],
  ['detected', true],
  ['readmitted', true],
  ['to sick host', true],
  ['logins at once', true],
  ['errors by class', false],
] as const

export const LEGEND = `All times are milliseconds. Latencies count from when a request was due, not from when it was sent. Servers, pools and
this program share one machine: latencies are upper bounds.

- rate: requests a second to each pool, every fifth a write
- requests, errors: from the fault until the end of the load
- > ${SLOW} ms: share of the requests that were due before the fault was taken back
- never settled: requests, reads and writes together, that got neither answer nor error
- detected: from the fault until the pool left the host
- readmitted: from when the node was a full member until the pool said that it uses it again (less than 0: before this
  program saw it); for a pool that says nothing, until it sent a request there
- to sick host: requests put on the wire to it between detection and the end of the fault; / all since the fault began
- logins at once: most attempts at one time to log in to one host, probes included
`

/** One table of all drills: a row for reads and one for writes, for each pool. */
export function table(results: readonly DrillResult[]): string {
  const rows = results.flatMap(({ record, pools }) =>
    pools.flatMap((pool, index) =>
      (['read', 'write'] as const).map((kind) => cells(record, pool, kind, index === 0 && kind === 'read')),
    ),
  )
  const names = COLUMNS.map(([name]) => name)
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) => {
    const padded = row.map((cell, column) => {
      const width = widths[column] ?? 0
      return COLUMNS[column]?.[1] ? cell.padStart(width) : cell.padEnd(width)
    })
    return `| ${padded.join(' | ')} |\n`
  }
  const rule = COLUMNS.map(([, number], column) => {
    const dashes = '-'.repeat((widths[column] ?? 0) - (number ? 1 : 0))
    return number ? `${dashes}:` : dashes
  })
  return [line(names), line(rule), ...rows.map(line)].join('')
}

function cells(
  { drill, rate }: DrillResult['record'],
  pool: PoolResult,
  kind: RequestKind,
  first: boolean,
): readonly string[] {
  const begin = [first ? drill : '', first ? String(rate) : '', kind === 'read' ? pool.name : '', kind]
  if ('failure' in pool) return [...begin, ...Array<string>(9).fill('-'), kind === 'read' ? 'its process failed' : '']
  const { figures } = pool
  const { requests, failed, slowShare, worst, errors } = figures.kinds[kind]
  const own = [...begin, String(requests), String(failed), `${(slowShare * 100).toFixed(1)} %`, ms(worst)]
  const classes = Object.entries(errors).map(([code, times]) => `${times} x ${code}`)
  // What is true of the pool as a whole stands beside its reads.
  if (kind === 'write') return [...own, '', '', '', '', '', classes.join(', ')]
  return [
    ...own,
    String(figures.unsettled),
    ms(figures.detected),
    ms(figures.hostChanges === undefined ? figures.usedAgain : figures.readmitted),
    `${figures.sentAfterDetection ?? '-'} / ${figures.sentWhileSick}`,
    String(figures.handshakesAtOnce),
    classes.join(', '),
  ]
}

export function ms(value: number | undefined): string {
  return value === undefined ? '-' : String(Math.ceil(value))
}
