import { generateLife } from './generate.js'
import type { Life, Violation } from './operation.js'
import { shrink } from './shrink.js'
import { Trial } from './trial.js'
import { endsWithin } from './watchdog.js'

/** Milliseconds that a life may take; it takes some ten. */
const LONGEST = 10_000
const ENDLESS = 'every step comes to its end'

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
    const violation = live(new Trial(life))
    if (violation !== undefined) {
      // A life that never ends takes its time each time that it is tried.
      const shortened = violation.rule === ENDLESS ? life : shrink(life, violation.rule, liveIfPossible)
      return { operations: taken, lives, finding: { after: taken, violation, life, shortened } }
    }
    onLife?.(taken)
  }
  return { operations: taken, lives, finding: undefined }
}

function live(trial: Trial): Violation | undefined {
  let violation: Violation | undefined
  const ended = endsWithin(LONGEST, () => {
    violation = trial.run()
  })
  return ended ? violation : { rule: ENDLESS, detail: `this one has not within ${LONGEST} ms` }
}

/** Options that contradict each other are no life at all. */
function liveIfPossible(life: Life): Violation | undefined {
  let trial: Trial
  try {
    trial = new Trial(life)
  } catch {
    return undefined
  }
  return live(trial)
}

/** What happened in a life, line by line, and how it ended. */
export function tellLife(life: Life): readonly string[] {
  const lines: string[] = []
  const violation = live(new Trial(life, (line) => lines.push(line)))
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
