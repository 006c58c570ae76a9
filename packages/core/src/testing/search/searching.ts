import type { Finding, KindOfLife, Life, Living, SearchResult } from './lives.js'
import { shrinking } from './shrinking.js'

export interface SearchOptions {
  readonly onLife?: ((taken: number) => void) | undefined
  /** Whether a life that broke this rule is shortened. Default: each is. */
  readonly shortens?: ((rule: string) => boolean) | undefined
}

/** Asks for random lives, one after the other, until so many operations are done or a rule is broken. */
export function* searching<Options, Operation>(
  kind: KindOfLife<Options, Operation>,
  seed: number,
  operations: number,
  { onLife, shortens = () => true }: SearchOptions = {},
): Living<Life<Options, Operation>, SearchResult<Life<Options, Operation>>> {
  let taken = 0
  let lives = 0
  while (taken < operations) {
    // Lives are numbered from the seed on, so that each can be lived again alone.
    const life = kind.generate(seed + lives)
    lives += 1
    taken += kind.sizeOf(life)
    const violation = yield life
    if (violation !== undefined) {
      const shortened = shortens(violation.rule) ? yield* shrinking(kind, life, violation.rule) : life
      return { operations: taken, lives, finding: { after: taken, violation, life, shortened } }
    }
    onLife?.(taken)
  }
  return { operations: taken, lives, finding: undefined }
}

/** How a finding is told. @param told - what happened in the shortened life, line by line */
export function wordsOfFinding<Options, Operation>(
  { after, violation, life, shortened }: Finding<Life<Options, Operation>>,
  replayedWith: string,
  told: readonly string[],
): string {
  return [
    `After ${after} operations a rule was broken: ${violation.rule} (${violation.detail})`,
    `in the life of seed ${life.seed}, ${life.operations.length} operations long. Shortened to ${shortened.operations.length}:`,
    ...told.map((line) => `  ${line}`),
    `Replay it with ${replayedWith} and`,
    JSON.stringify(shortened),
  ].join('\n')
}
