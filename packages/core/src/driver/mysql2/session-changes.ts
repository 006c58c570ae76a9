import type { RawHeader } from './mysql2-internals.js'

/** Protocol status bit: session state has changed. */
const SESSION_STATE_CHANGED = 0x4000

/**
 * Whether an answer reports a change that the next borrower must not find. Where the server tracks transaction identifiers
 * (`session_track_gtids`, or MariaDB's `last_gtid`), the answer to each write has the bit; such an identifier is no session
 * state.
 */
export function isSessionChange({ serverStatus, stateChanges }: RawHeader): boolean {
  if (serverStatus === undefined || (serverStatus & SESSION_STATE_CHANGED) === 0) return false
  if (stateChanges === undefined || stateChanges.schema != null || stateChanges.trackStateChange != null) return true
  const names = Object.keys(stateChanges.systemVariables ?? {})
  const onlyIdentifiers = names.length > 0 ? names.every((name) => name === 'last_gtid') : isFilled(stateChanges.gtids)
  return !onlyIdentifiers
}

function isFilled(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0
}
