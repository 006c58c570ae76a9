import { optionDefaults } from './option-defaults.js'
import type { OptionTable } from './option.js'
import { poolTable } from './option-table/pool-options.js'
import { nestedTables } from './option-tables.js'

/** The files with the doc comments of options, as paths from this folder, by the prefix of the options' names. */
const sourcePaths = {
  '': ['option-table/pool-options.ts', '../sql/decoding.ts'],
  'host[].': ['option-table/host-options.ts'],
  'ssl.': ['option-table/ssl-options.ts'],
  'health.': ['option-table/health-options.ts'],
  'discovery.': ['option-table/discovery-options.ts'],
} as const

/** One option of the documentation. */
export interface OptionDoc {
  /** `connectionLimit`, `health.interval`, `host[].weight`. */
  readonly name: string
  readonly default: string
  /** The doc comment, on one line. */
  readonly comment: string
  /** `mysql2`: means the same in mysql2. `decoding`: is about the decoding of values. Tables list both by name only. */
  readonly group: 'own' | 'mysql2' | 'decoding'
}

/**
 * Every option with its doc comment.
 * @param read - the text of a file, by its path from this folder
 */
export function optionDocs(read: (path: string) => string): readonly OptionDoc[] {
  return Object.entries(sourcePaths).flatMap(([prefix, paths]) => {
    const comments = new Map(paths.flatMap((path) => commentsIn(read(path))))
    return Object.entries(tableOf(prefix)).map(([option, row]) => {
      const name = prefix + option
      return {
        name,
        default: optionDefaults[name] ?? 'none',
        comment: comments.get(option) ?? '',
        group: row.part === 'decoding' ? 'decoding' : row.fromMysql2 ? 'mysql2' : 'own',
      }
    })
  })
}

function tableOf(prefix: string): OptionTable {
  return prefix === '' ? poolTable : (nestedTables[prefix.replace(/(?:\[\])?\.$/, '')] ?? {})
}

/** The doc comments of a source, each with the name of the property below it. */
function commentsIn(source: string): [name: string, comment: string][] {
  const found = source.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(?:readonly )?(\w+)\??:/g)
  return [...found].map(([, comment = '', name = '']) => [
    name,
    comment
      .split('\n')
      .map((line) => line.trim().replace(/^\* ?/, ''))
      .join(' ')
      .trim(),
  ])
}

const beginning =
  '<!-- options: written by `npm run docs`, from the tables in packages/core/src/config/option-table -->'
const end = '<!-- end of the options -->'

/** The options that most pools are to think of; the README has these. */
const MAIN_OPTIONS: readonly string[] = [
  'host',
  'password',
  'ssl',
  'connectionLimit',
  'acquireTimeout',
  'noHostTimeout',
  'selector',
  'health.interval',
  'discovery',
  'sessionVariables',
  'retryReads',
  'leakDetectionThreshold',
]

/**
 * The text of the README with the list of its options, as they are now.
 * @throws when the README has no place for the list, or an option of it is gone
 */
export function withMainOptions(readme: string, options: readonly OptionDoc[]): string {
  const shown = MAIN_OPTIONS.map((name) => {
    const option = options.find((each) => each.name === name)
    if (option === undefined) throw new Error(`the README is to have the option ${name}, which is gone`)
    return option
  })
  const lines = shown.map((option) => {
    const { name, default: value, comment } = option
    return `- \`${name}\` (${value === 'none' ? 'no default' : `\`${value}\``}): ${firstSentence(comment)}.`
  })
  return withBlocks('README.md', readme, [lines.join('\n')])
}

/**
 * The page of options with tables of all, and a section for each, as they are now.
 * @throws when it has no place for them
 */
export function withOptionSections(page: string, options: readonly OptionDoc[]): string {
  return withBlocks('docs/options.md', page, [...tables(options), ...sections(options)])
}

function withBlocks(name: string, page: string, parts: readonly string[]): string {
  const from = page.indexOf(beginning)
  const to = page.indexOf(end, from)
  if (from === -1 || to === -1) throw new Error(`${name} has no lines ${beginning} and ${end}`)
  return `${page.slice(0, from)}${[beginning, ...parts, end].join('\n\n')}${page.slice(to + end.length)}`
}

/** A section for each option, with all that its doc comment says. */
function sections(options: readonly OptionDoc[]): string[] {
  const below = (heading: string, group: readonly OptionDoc[]): string[] => [
    `## ${heading}`,
    ...group.flatMap(({ name, comment }) => [`### ${name}`, comment]),
  ]
  const among = (wanted: OptionDoc['group']): readonly OptionDoc[] =>
    options.filter(({ name, group }) => group === wanted && !name.includes('.') && name !== 'health')
  const partsOf = (name: string): readonly OptionDoc[] => options.filter((option) => option.name.startsWith(`${name}.`))
  return [
    ...below('The pool', among('own')),
    ...below('One host of the list', partsOf('host[]')),
    ...below('How hosts are watched', partsOf('health')),
    ...below('How hosts are found', partsOf('discovery')),
    ...below('TLS', partsOf('ssl')),
    ...below("From mysql2's connections", among('mysql2')),
    ...below('Decoding of values', among('decoding')),
  ]
}

function tables(options: readonly OptionDoc[]): string[] {
  const partsOf = (name: string): OptionDoc[] => options.filter((option) => option.name.startsWith(`${name}.`))
  const own = options.filter(({ name, group }) => !name.includes('.') && group === 'own')
  const inOrder = own.flatMap((option) => {
    // The table has the parts of `health`, but no row for `health` itself.
    if (option.name === 'health') return partsOf('health')
    return option.name === 'discovery' ? [option, ...partsOf('discovery')] : [option]
  })
  const names = (wanted: OptionDoc['group']): string =>
    options.flatMap((option) => (option.group === wanted ? [linked(option)] : [])).join(', ')
  return [
    '## All options',
    table(inOrder),
    `From mysql2 as they are: ${names('mysql2')}; and what decodes values: ${names('decoding')}.`,
    'Of a host that is given as an object, and of `ssl`:',
    table([...partsOf('host[]'), ...partsOf('ssl')]),
  ]
}

/** The name of an option as a link to its section. */
function linked({ name }: OptionDoc): string {
  return `[\`${name}\`](#${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')})`
}

function table(options: readonly OptionDoc[]): string {
  const rows = options.map((option) => [
    linked(option),
    option.default === 'none' ? 'none' : `\`${option.default}\``,
    firstSentence(option.comment).replaceAll('|', String.raw`\|`),
  ])
  const all = [['option', 'default', 'meaning'], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = all
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n')
}

/** The first sentence of a comment, without its full stop. */
function firstSentence(comment: string): string {
  const [sentence = ''] = comment.split(/(?<!\be\.g)\.(?:\s+(?=[A-Z`'])|$)/)
  return sentence
}
