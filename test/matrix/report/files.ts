import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { root } from '../workshop/tarballs.js'
import { supportedLines, supportedPage, type TableOf } from './markdown.js'
import type { RowResult } from './result.js'

const RESULTS = join(root, 'docs', 'supported.json')
const PAGE = join(root, 'docs', 'supported.md')
const README = join(root, 'README.md')
const MARKERS = /(<!-- supported[^>]*-->\n)[^]*?(<!-- \/supported -->)/

interface Ordered {
  readonly name: string
  readonly rows: readonly string[]
}

/** What was written last; nothing before the first time. */
export function writtenResults(): readonly RowResult[] {
  if (!existsSync(RESULTS)) return []
  const results: readonly RowResult[] = JSON.parse(readFileSync(RESULTS, 'utf8'))
  return results
}

/** New results in place of older ones of the same rows, in the order of the rows; what is no row any more is left out. */
export function merged(
  dimensions: readonly Ordered[],
  older: readonly RowResult[],
  newer: readonly RowResult[],
): readonly RowResult[] {
  return dimensions.flatMap(({ name, rows }) =>
    rows.flatMap((row) => {
      const isIt = (each: RowResult): boolean => each.dimension === name && each.row === row
      return newer.find((each) => isIt(each)) ?? older.find((each) => isIt(each)) ?? []
    }),
  )
}

/** Every file that shows the results, by its path. The README is left alone where it has no markers. */
export function filesOf(dimensions: readonly TableOf[], results: readonly RowResult[]): ReadonlyMap<string, string> {
  const readme = readFileSync(README, 'utf8')
  return new Map([
    [RESULTS, `${JSON.stringify(results, undefined, 2)}\n`],
    [PAGE, supportedPage(dimensions, results)],
    [
      README,
      readme.replace(
        MARKERS,
        (_, begin: string, end: string) => `${begin}\n${supportedLines(dimensions, results)}\n${end}`,
      ),
    ],
  ])
}

export function writeFiles(dimensions: readonly (TableOf & Ordered)[], results: readonly RowResult[]): void {
  const all = merged(dimensions, writtenResults(), results)
  for (const [path, text] of filesOf(dimensions, all)) writeFileSync(path, text)
}
