import { classifyConnectFailure, ErrorClass } from '../errors/error-class.js'

/** A probe got no answer in time. The pool waits for no other answer of such a server either. */
export class ProbeTimeout extends Error {}

/** A new connection broke after its login and before its answer: the server ends sessions, or is about to crash. */
export class SessionEnded extends Error {}

/** A probe was not possible because of the application: the password function failed. */
export class ProbeImpossible extends Error {}

/** Whether a probe could not log in, or failed because of the application. Such a failure does not tell how the host serves. */
export function isRefusedLogin(error: Error): boolean {
  if (error instanceof ProbeImpossible) return true
  if (error instanceof ProbeTimeout || error instanceof SessionEnded) return false
  const errorClass = classifyConnectFailure(error)
  return errorClass === ErrorClass.configuration || errorClass === ErrorClass.overload
}

/** Whether the error is the server's answer that it takes no part in its cluster now. */
export function isNotReady(error: Error): boolean {
  return classifyConnectFailure(error) === ErrorClass.notReady
}
