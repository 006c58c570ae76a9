import type { Answer } from '../../driver/question.js'
import { factsOf, isOn, stated } from '../answer.js'
import type { ProbeKind, Verdict } from '../verdict.js'

export const READ_ONLY_SQL = `SELECT 'READ_ONLY' AS name, @@global.read_only AS value`

/** A server that belongs to nothing: when it answers it can be used, and says itself whether it accepts writes. */
export const plainProbe: ProbeKind = {
  name: 'plain',
  resetIsSafe: true,
  questions: () => [READ_ONLY_SQL],
  privilege: () => undefined,
  judge,
}

function judge([answer]: readonly Answer[]): Verdict {
  const writable = !isOn(stated(factsOf(answer), 'READ_ONLY'))
  return { usable: true, writable, lastResort: false, reason: writable ? '' : 'read_only is on' }
}
