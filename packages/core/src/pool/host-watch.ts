import type { Host } from '../hosts/host.js'

/** The observations of hosts that the engine reports. The monitor decides what they mean. */
export interface HostWatch {
  /** A connection to the host was opened. */
  connected(host: Host): void
  /** A connect failed because of the host. @param startedAt - the time at which the connect began, on the monotonic clock */
  connectFailed(host: Host, error: Error, startedAt: number): void
  /** A handshake takes much longer than the usual handshake with this host. */
  handshakeOverdue(host: Host): void
  /**
   * Statements on the host have waited longer than usual, and the host gave no other answer meanwhile.
   * @returns whether a probe is under way on a connection that is open already
   */
  suspected(host: Host): boolean
  /** Statements on the host have waited so long that a healthy host would have answered at least one. */
  unresponsive(host: Host): void
  /** A connection of the host's present generation broke, or did not answer a ping. */
  connectionLost(host: Host, error: Error): void
}
