import { correctionOf } from './corrected.js'
import { driverErrorOf } from './original-error.js'
import { toRequestError } from './request-error.js'

/** What a transaction ended with, once it is over: the error itself, or what that turned out to be. */
export function asItEnded(error: unknown): unknown {
  const known = driverErrorOf(error)
  const correction = known === undefined ? undefined : correctionOf(known)
  return correction === undefined ? error : toRequestError(correction, { inTransaction: true })
}
