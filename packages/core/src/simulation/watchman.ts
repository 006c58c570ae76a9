import type { Host } from '../hosts/host.js'
import type { HostSet } from '../hosts/host-set.js'
import type { HostWatch } from '../pool/host-watch.js'

/** Draws the conclusions from what the engine notices that health draws too, and leaves probing to the test. */
export class Watchman implements HostWatch {
  /** Called for each handshake that takes too long. */
  onOverdue: ((host: Host) => void) | undefined
  /** Whether a host that is doubted is asked how it is, by a probe that a silent one does not answer. */
  asks = false
  /** Called for each host that owes answers for too long. */
  onSilent: ((host: Host) => void) | undefined
  readonly #hosts: HostSet
  #losses = 0

  constructor(hosts: HostSet) {
    this.#hosts = hosts
  }

  /** How many lost connections the engine thought worth telling. */
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
