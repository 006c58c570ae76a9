import type { Finding, KindOfLife, Life, Living, SearchResult } from './lives.js'
import { shrinking } from './shrinking.js'

export interface SearchOptions {
  readonly onLife?: ((taken: number) => void) | undefined
  /** Whether a life that broke this rule is shortened. Default: each life is. */
  readonly shortens?: ((rule: string) => boolean) | undefined
}

/** A search of random lives, one after the other, until so many operations are done or a rule is broken. */
export function* searching<Options, Operation>(
  kind: KindOfLife<Options, Operation>,
  seed: number,
  operations: number,
  { onLife, shortens = () => true }: SearchOptions = {},
): Living<Life<Options, Operation>, SearchResult<Life<Options, Operation>>> {
  let taken = 0
  let lives = 0
  while (taken < operations) {
    // Each life has a seed of its own, counted up from the first, so that it can be lived again alone.
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

/** The text of a finding. @param told - the events of the shortened life, line by line */
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
