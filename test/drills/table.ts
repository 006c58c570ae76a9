import type { RequestKind } from '../demo/tally.js'
import { wrap } from '../program/wrap.js'
import type { DrillRecord } from './drill.js'
import { type Figures, SLOW } from './figures.js'
import type { Target } from './targets.js'

export interface DrillResult {
  readonly record: Pick<DrillRecord, 'drill' | 'rate' | 'stall'>
  readonly pools: readonly {
    readonly name: string
    readonly configuration: string
    readonly figures: Figures
    readonly targets: readonly Target[]
  }[]
}

const WIDTH = 116
/** Of what a pool says about its hosts. */
const SAID = 12
const COLUMNS = [
  ['drill', 9],
  ['pool', 13],
  ['kind', 5],
  ['requests', 8],
  ['errors', 6],
  [`>${SLOW} ms`, 7],
  ['worst', 7],
  ['open', 4],
  ['detect', 6],
  ['back', 6],
  ['serves', 6],
  ['to sick', 7],
  ['logins', 6],
  ['once', 4],
  ['loop', 5],
] as const

export const LEGEND = `All times in milliseconds, from when a request was due. The machine does everything at once here, servers included:
latencies are upper bounds.
errors   of all requests from the fault until the end of the load
>${SLOW} ms  share of the requests that were due while the fault lasted
open     requests that never got an answer, reads and writes together
detect   from the fault until the pool left the host; back: from when the node was a full member until the pool said
         that it is used again (less than 0: before the drill saw it); serves: until it answered a read
to sick  connections to that host that were lent between detect and the end of the fault
logins   attempts to log in, probes included; once: most of them at once with one host
loop     the longest time the process of the pool itself was held up
`

export function headerLine(): string {
  return line(COLUMNS.map(([name]) => name))
}

/** A row for reads and one for writes, for each pool, and below them what does not fit into rows. */
export function drillLines({ record, pools }: DrillResult): string {
  const rows = pools.flatMap(({ name, figures }) => [
    line(cells(record.drill, name, 'read', figures)),
    line(cells('', '', 'write', figures)),
  ])
  const notes = pools.flatMap(({ name, figures, targets }) =>
    notesOf(figures, targets).map((note) => `${name}: ${note}`),
  )
  if (record.stall !== undefined) notes.unshift(`Galera itself: longest write on a healthy node ${ms(record.stall)} ms`)
  return [...rows, ...notes.flatMap((note) => wrap(note, WIDTH).map((part) => `    ${part}\n`))].join('')
}

function cells(drill: string, pool: string, kind: RequestKind, figures: Figures): readonly string[] {
  const { requests, failed, slowShare, worst } = figures.kinds[kind]
  const own = [drill, pool, kind, String(requests), String(failed), `${(slowShare * 100).toFixed(1)} %`, ms(worst)]
  if (kind === 'write') return own
  return [
    ...own,
    String(figures.unsettled),
    ms(figures.detected),
    ms(figures.readmitted),
    ms(figures.servedAgain),
    figures.sentAfterDetection === undefined ? '-' : String(figures.sentAfterDetection),
    String(figures.handshakes),
    String(figures.handshakesAtOnce),
    ms(figures.loopDelay),
  ]
}

function notesOf(figures: Figures, targets: readonly Target[]): readonly string[] {
  const notes: string[] = []
  for (const kind of ['read', 'write'] as const) {
    const { errors, failedLater, slow } = figures.kinds[kind]
    if (slow) {
      const when = `due ${ms(slow.first)} to ${ms(slow.last)} ms after the fault began, the worst at ${ms(slow.worst)}`
      notes.push(`${slow.times} ${kind}s over ${SLOW} ms: ${when}`)
    }
    const each = Object.entries(errors).map(([code, times]) => `${times} x ${code}`)
    if (each.length > 0) notes.push(`${kind}s failed: ${each.join(', ')}; ${failedLater} of them due after the fault`)
  }
  const { burst } = figures
  if (burst) {
    const { wanted, served, errors, unsettled, worst, inversions } = burst
    const codes = [...new Set(errors)].map((code) => `${errors.filter((each) => each === code).length} x ${code}`)
    const outcome = [`${served} served`, ...codes, `${unsettled} never settled`].join(', ')
    notes.push(`${wanted} wanted at once: ${outcome}, worst ${ms(worst)} ms, ${inversions} served out of order`)
  }
  const said = figures.hostChanges?.map(({ after, node, reason }) => `${ms(after)} node${node + 1} ${reason}`) ?? []
  if (said.length > 0) {
    const more = said.length > SAID ? [`and ${said.length - SAID} times more`] : []
    notes.push(`said about hosts: ${[...said.slice(0, SAID), ...more].join('; ')}`)
  }
  notes.push(...figures.uncaught, ...figures.leaks.map((leak) => `LEFT BEHIND: ${leak}`))
  const missed = targets.filter(({ met }) => !met).map(({ text }) => text)
  const met = targets.filter(({ met }) => met).map(({ text }) => text)
  if (met.length > 0) notes.push(`met: ${met.join('; ')}`)
  if (missed.length > 0) notes.push(`MISSED: ${missed.join('; ')}`)
  return notes
}

function ms(value: number | undefined): string {
  return value === undefined ? '-' : String(Math.ceil(value))
}

function line(cells: readonly string[]): string {
  const padded = cells.map((cell, index) => {
    const width = COLUMNS[index]?.[1] ?? 0
    return index < 3 ? cell.padEnd(width) : cell.padStart(width)
  })
  return `${padded.join(' ').trimEnd()}\n`
}
