import { generateLife } from './generate.js'
import {
  type Finding as AnyFinding,
  type KindOfLife,
  liveAllInTime,
  type SearchResult as AnySearchResult,
} from '../search/lives.js'
import { searching, wordsOfFinding } from '../search/searching.js'
import type { Life, LifeOptions, Operation, Plan, Violation } from './operation.js'
import { plainer } from './shrink.js'
import { type Dress, Trial } from './trial.js'

export type Finding = AnyFinding<Life>
export type SearchResult = AnySearchResult<Life>

export interface SearchOptions {
  readonly onLife?: (taken: number) => void
  /** Whether the life with a violation is shortened. Default: true. */
  readonly shortens?: boolean
  readonly dress?: Dress
}

const KIND: KindOfLife<LifeOptions, Operation> = { generate: generateLife, sizeOf, ...plainer }

/** Lives random lives, one after the other, until so many operations are done or a rule is broken. */
export function search(seed: number, operations: number, options: SearchOptions = {}): Promise<SearchResult> {
  const { onLife, shortens = true, dress } = options
  const looking = searching(KIND, seed, operations, { onLife, shortens: () => shortens })
  return liveAllInTime(looking, (life) => live(life, dress))
}

/** The number of steps of a life. Each statement of a callback counts as one. */
function sizeOf({ operations }: Life): number {
  return operations.reduce((sum, operation) => sum + 1 + (planOf(operation)?.puttings.length ?? 0), 0)
}

function planOf(operation: Operation): Plan | undefined {
  return operation.do === 'transact' || operation.do === 'with' ? operation.plan : undefined
}

async function live(life: Life, dress?: Dress): Promise<Violation | undefined> {
  return new Trial(life, undefined, dress).run()
}

/** The events of a life, line by line, and its end. */
export async function tellLife(life: Life, dress?: Dress): Promise<readonly string[]> {
  const lines: string[] = []
  const violation = await new Trial(life, (line) => lines.push(line), dress).run()
  return [...lines, violation === undefined ? 'every rule held' : `broken: ${violation.rule} (${violation.detail})`]
}

export async function describeFinding(finding: Finding, dress?: Dress): Promise<string> {
  return wordsOfFinding(finding, '--leases --replay', await tellLife(finding.shortened, dress))
}
