import { generateLife } from './generate.js'
import type { Life, Violation } from './operation.js'
import { shrink } from './shrink.js'
import { Trial } from './trial.js'

/** What a search found. */
export interface Finding {
  /** Steps that were taken before it. */
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

/** Lives random lives one after the other, until so many steps are taken or a rule is broken. */
export function search(seed: number, operations: number, onLife?: (taken: number) => void): SearchResult {
  let taken = 0
  let lives = 0
  while (taken < operations) {
    // Lives are numbered from the seed on, so that each can be lived again alone.
    const life = generateLife(seed + lives)
    lives += 1
    taken += life.operations.length
    const violation = new Trial(life).run()
    if (violation !== undefined) {
      const shortened = shrink(life, violation.rule, liveIfPossible)
      return { operations: taken, lives, finding: { after: taken, violation, life, shortened } }
    }
    onLife?.(taken)
  }
  return { operations: taken, lives, finding: undefined }
}

/** Options that contradict each other are no life at all. */
function liveIfPossible(life: Life): Violation | undefined {
  let trial: Trial
  try {
    trial = new Trial(life)
  } catch {
    return undefined
  }
  return trial.run()
}

/** What happened in a life, line by line, and how it ended. */
export function tellLife(life: Life): readonly string[] {
  const lines: string[] = []
  const violation = new Trial(life, (line) => lines.push(line)).run()
  return [...lines, violation === undefined ? 'every rule held' : `broken: ${violation.rule} (${violation.detail})`]
}

export function describeFinding({ after, violation, life, shortened }: Finding): string {
  return [
    `After ${after} operations a rule was broken: ${violation.rule} (${violation.detail})`,
    `in the life of seed ${life.seed}, ${life.operations.length} operations long. Shortened to ${shortened.operations.length}:`,
    ...tellLife(shortened).map((line) => `  ${line}`),
    'Replay it with --replay and',
    JSON.stringify(shortened),
  ].join('\n')
}
