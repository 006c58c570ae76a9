import type { DrillRecord } from './drill.js'
import { SLOW } from './figures.js'
import type { Sample } from './record.js'

/** Seconds of a bar. */
export const STEP = 0.5

const IN_TIME = `answered within ${SLOW} ms`
export const FATES = [IN_TIME, 'answered later', 'failed'] as const
type Fate = (typeof FATES)[number]

/** How many of the reads that were due in one step of time met one fate. */
export interface ReadBar {
  /** Seconds after the fault. */
  readonly from: number
  readonly to: number
  readonly fate: Fate
  /** The place of the fate in the pile: the good is below the bad. */
  readonly rank: number
  readonly reads: number
}

/** What became of the reads, by when they were due, in the order of time. */
export function readBars(reads: readonly Sample[], { from }: Pick<DrillRecord, 'from'>): readonly ReadBar[] {
  const piles = new Map<number, Map<Fate, number>>()
  for (const read of reads) {
    const step = Math.floor((read.due - from) / 1000 / STEP)
    const pile = piles.get(step) ?? new Map<Fate, number>()
    piles.set(step, pile)
    const fate = fateOf(read)
    pile.set(fate, (pile.get(fate) ?? 0) + 1)
  }
  return [...piles]
    .toSorted(([one], [other]) => one - other)
    .flatMap(([step, pile]) =>
      FATES.flatMap((fate, rank) => {
        const reads = pile.get(fate)
        return reads === undefined ? [] : [{ from: step * STEP, to: (step + 1) * STEP, fate, rank, reads }]
      }),
    )
}

/** The same in one sentence. */
export function readWords(reads: readonly Sample[], unsettled: number): string {
  const count = (fate: Fate) => reads.filter((read) => fateOf(read) === fate).length.toLocaleString('en')
  const worst = Math.max(0, ...reads.filter(({ error }) => error === undefined).map(({ due, ended }) => ended - due))
  const never = unsettled === 0 ? '' : `, ${unsettled} requests without an end`
  return (
    `${reads.length.toLocaleString('en')} reads: ${count('failed')} failed, ${count('answered later')} answered after more ` +
    `than ${SLOW} ms${never}; slowest answer ${Math.round(worst).toLocaleString('en')} ms`
  )
}

function fateOf({ due, ended, error }: Sample): Fate {
  if (error !== undefined) return 'failed'
  return ended - due > SLOW ? 'answered later' : IN_TIME
}
