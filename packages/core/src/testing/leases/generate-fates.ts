import type { Random } from '../../selectors/selector.js'
import { oneOf } from '../random.js'
import type { Fate, Refusal } from './operation.js'
import { meaningOf, partsOf, type Statement } from './saying.js'

const REFUSALS: readonly Refusal[] = [1047, 1153, 1180, 1205, 1205, 1213, 1213, 1290, 1317, 3100]

/** Generates the fate of a statement at its arrival. */
export function fatesOf(random: Random, statement: Statement): readonly Fate[] {
  // The pool sends a hedge of a read only while its host gives no answer.
  const reads = partsOf(statement).every((saying) => meaningOf(saying).reads === true)
  if (reads && random() < 0.4) return [{ is: 'freeze', when: 'before', time: oneOf(random, [60, 400, 2500]) }]
  return fates(random, refusalsOf(statement))
}

function refusalsOf(statement: Statement): readonly Refusal[] {
  return partsOf(statement).some((saying) => meaningOf(saying).border === 'commit')
    ? [1180, 1213, 1047, 3100, 1180]
    : REFUSALS
}

export function fates(random: Random, refusals: readonly Refusal[]): readonly Fate[] {
  return random() < 0.8 ? [fate(random, refusals)] : [fate(random, refusals), fate(random, refusals)]
}

export function fate(random: Random, refusals: readonly Refusal[] = REFUSALS): Fate {
  const drawn = random()
  if (drawn < 0.35) return { is: 'refuse', errno: oneOf(random, refusals), done: random() < 0.4 }
  if (drawn < 0.6)
    return {
      is: random() < 0.5 ? 'kill' : 'drop',
      when: oneOf(random, ['before', 'during', 'after'] as const),
      done: random() < 0.5,
    }
  if (drawn < 0.75)
    return {
      is: 'freeze',
      when: oneOf(random, ['before', 'after'] as const),
      time: oneOf(random, [60, 400, 400, 2500]),
    }
  if (drawn < 0.93) return { is: 'stall', time: oneOf(random, [5, 60, 400, 400, 2500]) }
  return { is: 'cut' }
}
