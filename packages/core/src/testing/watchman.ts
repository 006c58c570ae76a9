import type { Host } from '../hosts/host.js'
import type { HostSet } from '../hosts/host-set.js'
import type { HostWatch } from '../pool/host-watch.js'

/** Signals hosts from the engine's reports as the health monitor does, and leaves probes to the test. */
export class Watchman implements HostWatch {
  /** Called for each handshake that is overdue. */
  onOverdue: ((host: Host) => void) | undefined
  /** Whether a suspected host is probed. A silent host does not answer the probe. */
  asks = false
  /** Called for each host that becomes unresponsive. */
  onSilent: ((host: Host) => void) | undefined
  readonly #hosts: HostSet
  #losses = 0

  constructor(hosts: HostSet) {
    this.#hosts = hosts
  }

  /** The number of lost connections that the engine has reported. */
  get losses(): number {
    return this.#losses
  }

  connected(host: Host): void {
    this.#hosts.signal(host, { kind: 'contacted' })
  }

  connectFailed(host: Host, error: Error): void {
    this.#hosts.signal(host, { kind: 'unusable', reason: `connect failed: ${error.message}`, error })
  }

  handshakeOverdue(host: Host): void {
    this.onOverdue?.(host)
  }

  suspected(): boolean {
    return this.asks
  }

  unresponsive(host: Host): void {
    this.onSilent?.(host)
  }

  connectionLost(host: Host, error: Error): void {
    this.#losses += 1
    this.#hosts.signal(host, { kind: 'doubtful', reason: `a connection was lost: ${error.message}`, error })
  }
}
