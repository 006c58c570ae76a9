import type { ProbeKind } from '../verdict.js'

/** A server that belongs to nothing: when it answers it can be used, and says itself whether it accepts writes. */
export const plainProbe: ProbeKind = {
  name: 'plain',
  resetIsSafe: true,
  sql: `SELECT 'READ_ONLY' AS name, @@global.read_only AS value`,
  judge(facts) {
    const readOnly = facts.get('READ_ONLY') ?? '0'
    const writable = readOnly === '0' || readOnly.toUpperCase() === 'OFF'
    return { usable: true, writable, lastResort: false, reason: writable ? '' : 'read_only is on' }
  },
}
