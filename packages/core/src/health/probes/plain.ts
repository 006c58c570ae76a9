import type { Answer } from '../../driver/question.js'
import { factsOf, stated } from '../answer.js'
import { readOnlyReason, readOnlyRows } from '../read-only.js'
import type { ProbeKind, ProbeResult } from '../probe-result.js'

/** The probe of a single server. A server that answers can be used, and its settings tell whether it accepts writes. */
export const plainProbe: ProbeKind = {
  name: 'plain',
  variables: [],
  // Used only where `health.probe` says so, or the account lacks the privilege for another probe.
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
