import { correctionOf } from './corrected.js'
import { driverErrorOf } from './original-error.js'
import { toRequestError } from './request-error.js'

/** The error of a transaction after its end: the error itself, or its correction. */
export function asItEnded(error: unknown): unknown {
  const known = driverErrorOf(error)
  const correction = known === undefined ? undefined : correctionOf(known)
  return correction === undefined ? error : toRequestError(correction, { inTransaction: true })
}
