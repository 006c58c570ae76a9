import type { RawHeader } from './mysql2-internals.js'

/** Protocol status bit: session state has changed. */
const SESSION_STATE_CHANGED = 0x4000

/**
 * Whether an answer tells of a change that the next borrower must not find. With a tracker of transaction identifiers
 * (`session_track_gtids`, or MariaDB's `last_gtid`) each write has the bit: such an identifier is news, not state.
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
