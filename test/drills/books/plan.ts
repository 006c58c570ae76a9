import { Random } from '../../program/random.js'

/** Milliseconds in which the COMMITs of a burst are sent. */
export const BURST_LASTS = 20
/** The fault may come a little after the last of them. */
const LATEST = 30

/** Three nodes, as every drill has. */
const NODES = 3

const FAULTS = ['partition', 'kill', 'freeze'] as const
export type RoundFault = (typeof FAULTS)[number]

/** How many rounds there are of each fault. */
export type Rounds = Readonly<Record<RoundFault, number>>

/** What happens in one round; all of it comes from the seed. */
export interface RoundPlan {
  /** Counted from 1. */
  readonly round: number
  readonly fault: RoundFault
  readonly victim: number
  /** Milliseconds from the first COMMIT of the burst until the fault. */
  readonly after: number
  /** Milliseconds until the fault is taken back. */
  readonly lasts: number
  /** All the load is on the victim until it fails; else each node has its share. */
  readonly ordered: boolean
  /** For the choices of the writers. */
  readonly seed: number
}

/** The shortest and the longest time that a fault lasts. Some end before the others have given the node up, and some after. */
const LASTS: Readonly<Record<RoundFault, readonly [number, number]>> = {
  partition: [2_000, 9_000],
  kill: [1_000, 5_000],
  freeze: [1_000, 15_000],
}

export function planRounds(rounds: Rounds, seed: number): readonly RoundPlan[] {
  const random = new Random(seed)
  return FAULTS.flatMap((fault) => Array.from({ length: rounds[fault] }, () => fault)).map((fault, index) => {
    const [shortest, longest] = LASTS[fault]
    return {
      round: index + 1,
      fault,
      victim: random.below(NODES),
      after: random.below(LATEST),
      lasts: shortest + random.below(longest - shortest + 1),
      // Twice out of three, as a fault concerns but a third of the load else.
      ordered: random.chance(2 / 3),
      seed: random.below(2 ** 32),
    }
  })
}
