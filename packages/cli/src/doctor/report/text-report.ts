import type { Colours } from '../../text/colours.js'
import { table } from '../../text/table.js'
import { wrap } from '../../text/wrap.js'
import type { Examination } from '../examine.js'
import type { HostFacts } from '../facts.js'
import type { Level } from '../finding.js'
import type { Fitness, WeighedFinding } from '../judge.js'

const INDENT = '    '
const MOST_COLUMNS = 110

/** The report for people. */
export function textReport(examination: Examination, colours: Colours, columns: number): string {
  const width = Math.min(columns, MOST_COLUMNS)
  const { hosts, findings, fitness } = examination
  const blocks = [
    ...(hosts.length === 0 ? [] : [hostTable(hosts, colours)]),
    ...findings.map((finding) => findingText(finding, colours, width)),
    summary(fitness, findings, colours),
  ]
  return `${blocks.join('\n\n')}\n`
}

function hostTable(hosts: readonly HostFacts[], colours: Colours): string {
  const head = ['host', 'state', 'writes', 'kind', 'version'].map((text) => colours.dim(text))
  return table([head, ...hosts.map((host) => hostRow(host, colours))])
}

function hostRow({ name, origin, verdict, server, failure }: HostFacts, colours: Colours): readonly string[] {
  const shown = origin === 'member' ? `${name} (member)` : name
  if (server === undefined) return [shown, colours.red(failure?.stage ?? 'not asked'), '', '', '']
  const state = verdict?.state ?? 'unknown'
  return [
    shown,
    state === 'up' ? colours.green(state) : colours.red(state),
    verdict?.writable === true ? 'yes' : 'no',
    server.description?.kind ?? '',
    server.version,
  ]
}

function findingText(finding: WeighedFinding, colours: Colours, width: number): string {
  const { level, check, hosts, problem, reason, remedy } = finding
  const paint = PAINT[level]
  const title = `${paint(level.toUpperCase(), colours)} ${colours.bold(check)}${hosts.length === 0 ? '' : `  ${hosts.join(', ')}`}`
  const body = [
    ...wrap(problem, width - INDENT.length),
    ...wrap(reason, width - INDENT.length).map((line) => colours.dim(line)),
  ]
  // A remedy is one line, so that it can be copied.
  return [title, ...[...body, colours.cyan(`→ ${remedy}`)].map((line) => `${INDENT}${line}`)].join('\n')
}

const PAINT: Readonly<Record<Level, (text: string, colours: Colours) => string>> = {
  error: (text, { red }) => red(text),
  warning: (text, { yellow }) => yellow(text),
  note: (text, { blue }) => blue(text),
}

function summary(fitness: Fitness, findings: readonly WeighedFinding[], colours: Colours): string {
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length
  const counts = [
    counted(count('error'), 'error'),
    counted(count('warning'), 'warning'),
    counted(count('note'), 'note'),
  ]
  return `${WORDS[fitness](colours)} ${counts.join(', ')}`
}

const WORDS: Readonly<Record<Fitness, (colours: Colours) => string>> = {
  fit: ({ green }) => green('fit:'),
  warnings: ({ yellow }) => yellow('fit, with warnings:'),
  unfit: ({ red }) => red('unfit:'),
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
