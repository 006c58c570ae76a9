import { outcomeOf, type Outcome, type RowResult } from './result.js'

/** What a table needs to know of a dimension. */
export interface TableOf {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly columns: readonly string[]
}

const CELLS: Readonly<Record<Outcome, string>> = { passed: 'yes', failed: '**no**', unavailable: '–' }

/** What the checks of `programs/checks` do. */
const CHECKS: Readonly<Record<string, string>> = {
  loading: 'loads every package, by `import` and by `require`',
  sql: "queries, prepared statements, transactions, a stream, a statement that is cancelled, the server's errors",
  mysql2: "callbacks and promises in mysql2's shape, and a transaction",
  typeorm: 'schema, repositories, relations, transactions, one that runs again, a stream',
  prisma: 'a generated client: nested writes, both kinds of transactions, raw queries, errors',
  nestjs: 'an application: injection, the health check, shutdown',
  opentelemetry: 'a metric and a span of a statement',
  tls: 'a certificate that is verified, and one of another authority, which is refused',
  failover:
    'a host is killed under reads and writes through all that is installed: no read fails, and what was said of writes is so',
}

/** The page of all tables. */
export function supportedPage(dimensions: readonly TableOf[], results: readonly RowResult[]): string {
  const tables = dimensions.map((dimension) => tableOf(dimension, rowsOf(dimension, results)))
  return `# Supported versions

\`npm run matrix -- --write\` writes this page: every cell was run, with the packed packages in an application of their own, and real servers. The versions are those that were found when the row was run.

**yes**: it works. **no**: it does not. **–**: it cannot be had on the machine that ran the row; the reason stands below the table.

${markdownTable([['check', 'does'], ...Object.entries(CHECKS).map(([name, does]) => [`\`${name}\``, does])])}

${tables.join('\n\n')}
`
}

/** The README's lines: at most ten. */
export function supportedLines(dimensions: readonly TableOf[], results: readonly RowResult[]): string {
  const lines = dimensions.map((dimension) => {
    const shown = rowsOf(dimension, results).filter((row) => outcomeOf(row) === 'passed')
    return `- **${dimension.title}:** ${listOf(dimension.title, shown) || 'nothing yet'}`
  })
  const more = 'Each of them was run, with all that these packages do: [the table](docs/supported.md).'
  return `${lines.join('\n')}\n\n${more}\n`
}

/** Versions, each with its name unless that is the title's or the one before; those that are found twice are told once. */
function listOf(title: string, rows: readonly RowResult[]): string {
  const kinds = new Map<string, string[]>()
  let last = title
  for (const { row, versions } of rows) {
    // `MySQL 9, source and replicas`: what stands behind the comma is a kind of that version.
    const [brand = row, kind] = row.split(', ')
    const name = brand.replace(/\s*(?:[\d.]+|latest)$/, '')
    const version = Object.values(versions)[0]?.replace(/-.*$/, '') ?? ''
    const item = kind === undefined && name === last ? version : `${name} ${version}`
    kinds.set(item, [...(kinds.get(item) ?? []), ...(kind === undefined ? [] : [kind])])
    last = name
  }
  return [...kinds].map(([item, each]) => (each.length === 0 ? item : `${item} (${each.join(', ')})`)).join(', ')
}

function rowsOf({ name }: TableOf, results: readonly RowResult[]): readonly RowResult[] {
  return results.filter(({ dimension }) => dimension === name)
}

function tableOf({ title, about, columns }: TableOf, rows: readonly RowResult[]): string {
  // A check that only one row has: the process did not end, for one.
  const further = rows.flatMap(({ checks }) => checks.map(({ name }) => name)).filter((name) => !columns.includes(name))
  const all = [...columns, ...new Set(further)]
  const head = ['row', 'found', ...all, 'seconds']
  const body = rows.map(({ row, versions, checks, seconds }) => [
    row,
    [...new Set(Object.values(versions))].join(', ') || '–',
    ...all.map((name) => {
      const check = checks.find((each) => each.name === name)
      return check ? CELLS[check.outcome] : ''
    }),
    seconds.toFixed(0),
  ])
  return [`## ${title}`, about, markdownTable([head, ...body]), notes(rows)].filter((part) => part !== '').join('\n\n')
}

/** Padded as the formatter of this repository does it. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = rows
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(head), rule, ...body.map((row) => line(row))].join('\n')
}

/** What the cells do not say, each thing once. */
function notes(rows: readonly RowResult[]): string {
  const cells = new Map<string, Map<string, string[]>>()
  for (const { row, checks } of rows) {
    for (const { name, note } of checks) {
      if (note === undefined) continue
      const text = firstLines(note)
      const byRow = cells.get(text) ?? new Map<string, string[]>()
      byRow.set(row, [...(byRow.get(row) ?? []), name])
      cells.set(text, byRow)
    }
  }
  return [...cells]
    .map(([text, byRow]) => `- ${[...byRow].map(([row, names]) => placesOf(row, names, rows)).join('; ')}: ${text}`)
    .join('\n')
}

function placesOf(row: string, names: readonly string[], rows: readonly RowResult[]): string {
  const all = rows.find((each) => each.row === row)?.checks.length === names.length
  return all ? row : `${row} (${names.join('; ')})`
}

/** Enough of a reason, on one line of Markdown. */
function firstLines(note: string): string {
  return note
    .split('\n')
    .slice(0, 3)
    .map((line) => line.trim())
    .join(' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '\\<')
    .slice(0, 400)
}
