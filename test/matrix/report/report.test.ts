import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { DIMENSIONS } from '../dimensions/dimensions.js'
import { readOutput } from '../workshop/compilation.js'
import { filesOf, merged, writtenResults } from './files.js'
import { supportedLines, supportedPage } from './markdown.js'
import { outcomeOf, type RowResult } from './result.js'
import { terminalTables } from './terminal.js'

const DIMENSION = { name: 'typeorm', title: 'TypeORM', about: 'About.', columns: ['loading', 'typeorm'] }

function row(name: string, checks: RowResult['checks'], version = '1.2.3'): RowResult {
  return { dimension: 'typeorm', row: name, versions: { typeorm: version }, checks, seconds: 3 }
}

const passed = row('TypeORM 1', [
  { name: 'loading', outcome: 'passed', seconds: 1 },
  { name: 'typeorm', outcome: 'passed', seconds: 2, note: 'but slowly' },
])
const failed = row('TypeORM 0.3', [
  { name: 'loading', outcome: 'passed', seconds: 1 },
  { name: 'typeorm', outcome: 'failed', seconds: 2, note: 'Error: a | b\n    at line' },
])
const gone = row('TypeORM 2', [
  { name: 'loading', outcome: 'unavailable', seconds: 0, note: 'there is none' },
  { name: 'typeorm', outcome: 'unavailable', seconds: 0, note: 'there is none' },
])

describe('a row', () => {
  it('fails with one of its checks, and is not to be had without any', () => {
    expect([passed, failed, gone].map((each) => outcomeOf(each))).toEqual(['passed', 'failed', 'unavailable'])
  })

  it('that is run again takes the place of its older result, and others stay', () => {
    const order = [{ name: 'typeorm', rows: ['TypeORM 0.3', 'TypeORM 1'] }]
    const again = { ...failed, seconds: 9 }
    expect(merged(order, [passed, failed, gone], [again])).toEqual([again, passed])
  })
})

describe('the page', () => {
  const page = supportedPage([DIMENSION], [passed, failed, gone])

  it('has every row, with what was found and the outcome of each check', () => {
    expect(page).toContain('| TypeORM 1   | 1.2.3 | yes     | yes     | 3       |')
    expect(page).toContain('| TypeORM 0.3 | 1.2.3 | yes     | **no**  | 3       |')
    expect(page).toContain('| TypeORM 2   | 1.2.3 | –       | –       | 3       |')
  })

  it('has each reason below the table', () => {
    expect(page).toContain('- TypeORM 1 (typeorm): but slowly')
    expect(page).toContain('- TypeORM 0.3 (typeorm): Error: a \\| b at line')
    expect(page).toContain('- TypeORM 2: there is none')
  })
})

it("the README's lines name what has passed alone", () => {
  expect(supportedLines([DIMENSION], [passed, failed, gone])).toMatch(/^- \*\*TypeORM:\*\* 1\.2\.3\n\n/)
})

it("the README's lines tell the kinds of one version together, and a name once", () => {
  const servers = { ...DIMENSION, name: 'servers', title: 'Servers' }
  const checks = passed.checks
  const found = (row: string, version: string): RowResult =>
    ({ dimension: 'servers', row, versions: { it: version }, checks, seconds: 1 }) satisfies RowResult
  const results = [
    found('MySQL 9, group', '9.7.4-2'),
    found('MySQL 9, replicas', '9.7.4-2'),
    found('MariaDB', '10.11.1'),
  ]
  expect(supportedLines([servers], results)).toContain(
    '- **Servers:** MySQL 9.7.4 (group, replicas), MariaDB 10.11.1\n',
  )
})

it('the tables of a terminal say why a check failed, or could not be made', () => {
  const tables = terminalTables([DIMENSION], [passed, failed, gone])
  expect(tables).toContain('FAILED')
  expect(tables).toContain('TypeORM 2, loading: there is none')
})

describe('an error of a compiler', () => {
  it('is this project’s where the file is, and of a library where that has its own declarations', () => {
    const { ours, theirs } = readOutput(
      [
        'program-module/core.ts(1,2): error TS2345: no',
        'node_modules/@mysql-hostpool/core/dist/index.d.ts(1,2): error TS1: no',
        'node_modules/typeorm/index.d.ts(1,2): error TS1: no',
        'node_modules/a/node_modules/@b/c/index.d.ts(1,2): error TS1: no',
      ].join('\n'),
    )
    expect(ours).toHaveLength(2)
    expect(theirs).toEqual(['typeorm', '@b/c'])
  })

  it('about an option says that the compiler has no such way to import', () => {
    expect(readOutput("error TS5108: Option 'x' has been removed.\n").refusedOptions).toBe(
      "TS5108: Option 'x' has been removed.",
    )
    expect(readOutput("program-module/tsconfig.json(1,9): error TS5107: Option 'y'").refusedOptions).toContain('TS5107')
  })

  it('that cannot be read is no success', () => {
    expect(readOutput('Segmentation fault').ours).toEqual(['Segmentation fault'])
  })
})

describe('what the documents show', () => {
  const results = writtenResults()

  it('is what was run last: `npm run matrix -- --write` makes them', () => {
    for (const [path, text] of filesOf(DIMENSIONS, results)) expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('has every row, and none that fails', () => {
    const shown = results.map(({ dimension, row }) => `${dimension}: ${row}`)
    expect(shown).toEqual(DIMENSIONS.flatMap(({ name, rows }) => rows.map((row) => `${name}: ${row}`)))
    expect(results.filter((each) => outcomeOf(each) === 'failed').map(({ row }) => row)).toEqual([])
  })
})
