import { classifyConnectFailure, ErrorClass } from '../errors/error-class.js'

/** No answer in time: what such a server still does is unknown, so nothing of it is waited for. */
export class ProbeTimeout extends Error {}

/** A new connection was let in and lost before it had its answer: sessions are being ended there, or the server breaks off. */
export class SessionEnded extends Error {}

/** The question could not even be put, for a reason of this side's: the password function failed. */
export class ProbeImpossible extends Error {}

/** The probe was not let in, or could not ask: that says nothing about how the host serves. */
export function isRefusedLogin(error: Error): boolean {
  if (error instanceof ProbeImpossible) return true
  if (error instanceof ProbeTimeout || error instanceof SessionEnded) return false
  const errorClass = classifyConnectFailure(error)
  return errorClass === ErrorClass.configuration || errorClass === ErrorClass.overload
}

/** The server answered, and said that it takes no part in its cluster now. */
export function isNotReady(error: Error): boolean {
  return classifyConnectFailure(error) === ErrorClass.notReady
}
