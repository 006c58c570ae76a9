import type { Host } from '../hosts/host.js'

/** What the engine notices of hosts in passing; health decides what it means. */
export interface HostWatch {
  /** A connection to it was opened. */
  connected(host: Host): void
  /** A connect failed and the host is to blame. @param startedAt - when the connect began, on the monotonic clock */
  connectFailed(host: Host, error: Error, startedAt: number): void
  /** A handshake takes much longer than this host's usually do. */
  handshakeOverdue(host: Host): void
  /**
   * Statements there have waited for an answer for longer than usual, and nothing else was heard of the host meanwhile.
   * @returns whether it is being asked how it is, on a connection that is open
   */
  suspected(host: Host): boolean
  /** They have waited for so long that a host that is well would have answered something. */
  unresponsive(host: Host): void
  /** A connection that was opened in the host's present generation is gone, or does not answer a ping. */
  connectionLost(host: Host, error: Error): void
}
