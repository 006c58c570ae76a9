import {
  type Finding as AnyFinding,
  type KindOfLife,
  liveAllInTime,
  type SearchResult as AnySearchResult,
} from '../search/lives.js'
import { searching, wordsOfFinding } from '../search/searching.js'
import { generateLife } from './generate.js'
import type { Life, LifeOptions, Operation } from './operation.js'
import { Trial } from './trial.js'

export type Finding = AnyFinding<Life>
export type SearchResult = AnySearchResult<Life>

export interface SearchOptions {
  readonly onLife?: (taken: number) => void
  /** Whether the life with a violation is shortened. Default: true. */
  readonly shortens?: boolean
}

const PLAINER_OPTIONS: readonly Partial<LifeOptions>[] = [
  { addresses: 2 },
  { addresses: 1 },
  { kind: 'replication' },
  { kind: 'galera' },
  { sourceBy: 'address' },
  { probes: true },
  { connectionLimit: 2 },
  { selector: 'ordered' },
]

const KIND: KindOfLife<LifeOptions, Operation> = {
  generate: generateLife,
  sizeOf: ({ operations }) => operations.length,
  plainerOptions: PLAINER_OPTIONS.map((options) => () => options),
  plainerOperations,
}

function plainerOperations(operation: Operation): readonly Operation[] {
  switch (operation.do) {
    case 'run':
      return operation.count === 1 ? [] : [{ ...operation, count: 1 }]
    case 'follow':
      return operation.source === 0 ? [] : [{ ...operation, source: 0 }]
    case 'end sessions':
      return operation.times === 1 ? [] : [{ ...operation, times: 1 }]
    case 'put':
    case 'release':
      return operation.which === 0 ? [] : [{ ...operation, which: 0 }]
    case 'wait':
      return [0, 100, 1000, 5000].filter((time) => time < operation.time).map((time) => ({ do: 'wait', time }))
    default:
      return []
  }
}

/** Lives random lives, one after the other, until so many operations are done or a rule is broken. */
export function search(seed: number, operations: number, options: SearchOptions = {}): Promise<SearchResult> {
  const { onLife, shortens = true } = options
  return liveAllInTime(searching(KIND, seed, operations, { onLife, shortens: () => shortens }), (life) =>
    new Trial(life).run(),
  )
}

/** The events of a life, line by line, and its end. */
export async function tellLife(life: Life): Promise<readonly string[]> {
  const lines: string[] = []
  const violation = await new Trial(life, (line) => lines.push(line)).run()
  return [...lines, violation === undefined ? 'every rule held' : `broken: ${violation.rule} (${violation.detail})`]
}

export async function describeFinding(finding: Finding): Promise<string> {
  return wordsOfFinding(finding, '--hosts --replay', await tellLife(finding.shortened))
}
