import type { Answer } from '../../driver/question.js'
import { factsOf, stated } from '../answer.js'
import { readOnlyReason, readOnlyRows } from '../read-only.js'
import type { ProbeKind, ProbeResult } from '../probe-result.js'

/** A server that belongs to nothing: when it answers it can be used, and says itself whether it accepts writes. */
export const plainProbe: ProbeKind = {
  name: 'plain',
  variables: [],
  // Only where the configuration says so.
  matches: () => false,
  allegiance: () => ({ is: 'unknown' }),
  resetIsSafe: true,
  queries: (server) => [readOnlyRows(server)],
  privilege: () => undefined,
  evaluate,
}

function evaluate([answer]: readonly Answer[]): ProbeResult {
  const facts = factsOf(answer)
  stated(facts, 'READ_ONLY')
  const reason = readOnlyReason(facts)
  return { usable: true, writable: reason === undefined, lastResort: false, reason: reason ?? '' }
}
