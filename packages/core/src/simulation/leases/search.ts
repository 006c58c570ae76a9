import { generateLife } from './generate.js'
import type { Life, Operation, Plan, Violation } from './operation.js'
import { shrink } from './shrink.js'
import { type Dress, Trial } from './trial.js'

/** What a search found. */
export interface Finding {
  /** Operations before it. */
  readonly after: number
  readonly violation: Violation
  /** As generated. */
  readonly life: Life
  /** Made as short as possible. */
  readonly shortened: Life
}

export interface SearchResult {
  readonly operations: number
  readonly lives: number
  readonly finding: Finding | undefined
}

export interface SearchOptions {
  readonly onLife?: (taken: number) => void
  /** Default: a violation is shortened. */
  readonly shortens?: boolean
  readonly dress?: Dress
}

/** Lives random lives one after the other, until so many operations are done or a rule is broken. */
export async function search(seed: number, operations: number, options: SearchOptions = {}): Promise<SearchResult> {
  let taken = 0
  let lives = 0
  while (taken < operations) {
    // Lives are numbered from the seed on, so that each can be lived again alone.
    const life = generateLife(seed + lives)
    lives += 1
    taken += sizeOf(life)
    const violation = await live(life, options.dress)
    if (violation !== undefined) {
      const shortened =
        options.shortens === false
          ? life
          : await shrink(life, violation.rule, (shorter) => live(shorter, options.dress))
      return { operations: taken, lives, finding: { after: taken, violation, life, shortened } }
    }
    options.onLife?.(taken)
  }
  return { operations: taken, lives, finding: undefined }
}

/** Steps of a life, each statement of a callback counted as one. */
function sizeOf({ operations }: Life): number {
  return operations.reduce((sum, operation) => sum + 1 + (planOf(operation)?.puttings.length ?? 0), 0)
}

function planOf(operation: Operation): Plan | undefined {
  return operation.do === 'transact' || operation.do === 'with' ? operation.plan : undefined
}

async function live(life: Life, dress?: Dress): Promise<Violation | undefined> {
  return new Trial(life, undefined, dress).run()
}

/** What happened in a life, line by line, and how it ended. */
export async function tellLife(life: Life, dress?: Dress): Promise<readonly string[]> {
  const lines: string[] = []
  const violation = await new Trial(life, (line) => lines.push(line), dress).run()
  return [...lines, violation === undefined ? 'every rule held' : `broken: ${violation.rule} (${violation.detail})`]
}

export async function describeFinding(finding: Finding, dress?: Dress): Promise<string> {
  const { after, violation, life, shortened } = finding
  const lines = await tellLife(shortened, dress)
  return [
    `After ${after} operations a rule was broken: ${violation.rule} (${violation.detail})`,
    `in the life of seed ${life.seed}, ${life.operations.length} steps long. Shortened to ${shortened.operations.length}:`,
    ...lines.map((line) => `  ${line}`),
    'Replay it with --leases --replay and',
    JSON.stringify(shortened),
  ].join('\n')
}
