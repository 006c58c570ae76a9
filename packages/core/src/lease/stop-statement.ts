import type { Session } from '../session/session.js'
import { abortedConnection, type Cancellation, isInterrupted } from './cancellation.js'
import type { LeasePort, SessionCheckout } from './lease-port.js'
import type { Operation } from './operation.js'
import type { Stop } from './statement-killer.js'

/**
 * Has the server stop the statement of an aborted operation. Where the server cannot be told, or does not stop within
 * `stopTimeout`, the connection is closed.
 */
export function stopStatement(
  port: LeasePort,
  operation: Operation,
  cancellation: Cancellation,
  checkout: SessionCheckout,
): void {
  const { hostPool, resource } = checkout.connection
  const runs = (): boolean => cancellation.runs && operation.askedOn === checkout && resource.alive
  cancellation.begin()
  // A paused connection would hold back the answer.
  resource.connection.resume()
  port.killer.stop(hostPool.host.config, resource.connection, runs, (stop) => {
    cancellation.settled(stop)
    if (!runs()) return
    if (stop !== 'told') resource.destroy(abortedConnection('its server could not be told to stop'))
    else {
      const { clock, stopTimeout } = port
      clock.afterIdly(stopTimeout, () => {
        if (runs()) resource.destroy(abortedConnection(`its server did not stop it within ${stopTimeout} ms`))
      })
    }
  })
}

/** Has the server stop the statement of a connection that was destroyed. */
export function stopAbandoned({ killer }: LeasePort, { connection }: SessionCheckout): void {
  killer.stop(connection.hostPool.host.config, connection.resource.connection, always, ignore)
}

/**
 * Calls `next` when the connection is fit for its next statement. A KILL that came after the answer would stop whatever the
 * connection sends next, so the session first sends a harmless statement.
 */
export function afterStop(session: Session, stop: Stop, error: Error | null, next: () => void): void {
  if (stop === 'unknown') session.destroy(abortedConnection('a KILL for it may still arrive'))
  if (stop !== 'told' || !session.alive || isInterrupted(error)) {
    next()
    return
  }
  session.askStatus((failure) => {
    if (failure !== null && !isInterrupted(failure)) session.destroy(failure)
    next()
  })
}

function always(): boolean {
  return true
}

function ignore(): void {}
