import { generateLife } from './generate.js'
import { type Finding as AnyFinding, type KindOfLife, liveAll, type SearchResult } from '../search/lives.js'
import { searching, wordsOfFinding } from '../search/searching.js'
import type { Life, LifeOptions, Operation, Violation } from './operation.js'
import { plainer } from './shrink.js'
import { Trial } from './trial.js'
import { endsWithin } from './watchdog.js'

/** The most milliseconds of a life. A life takes about ten. */
const LONGEST = 10_000
const ENDLESS = 'every step comes to its end'

export type Finding = AnyFinding<Life>

const KIND: KindOfLife<LifeOptions, Operation> = {
  generate: generateLife,
  sizeOf: ({ operations }) => operations.length,
  ...plainer,
}

/** Lives random lives, one after the other, until so many steps are taken or a rule is broken. */
export function search(seed: number, operations: number, onLife?: (taken: number) => void): SearchResult<Life> {
  // A life that never ends would take the whole time limit at each attempt to shorten it.
  const shortens = (rule: string): boolean => rule !== ENDLESS
  return liveAll(searching(KIND, seed, operations, { onLife, shortens }), liveIfPossible)
}

function live(trial: Trial): Violation | undefined {
  let violation: Violation | undefined
  const ended = endsWithin(LONGEST, () => {
    violation = trial.run()
  })
  return ended ? violation : { rule: ENDLESS, detail: `this one has not within ${LONGEST} ms` }
}

/** A life with options that contradict each other breaks no rule. */
function liveIfPossible(life: Life): Violation | undefined {
  let trial: Trial
  try {
    trial = new Trial(life)
  } catch {
    return undefined
  }
  return live(trial)
}

/** The events of a life, line by line, and its end. */
export function tellLife(life: Life): readonly string[] {
  const lines: string[] = []
  const violation = live(new Trial(life, (line) => lines.push(line)))
  return [...lines, violation === undefined ? 'every rule held' : `broken: ${violation.rule} (${violation.detail})`]
}

export function describeFinding(finding: Finding): string {
  return wordsOfFinding(finding, '--replay', tellLife(finding.shortened))
}
