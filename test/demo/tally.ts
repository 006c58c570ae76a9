export type RequestKind = 'read' | 'write'

/** What ended within a period. */
export interface Period {
  readonly done: number
  readonly failed: Readonly<Record<RequestKind, number>>
  /** The longest time from when a request was due until it ended, in milliseconds; 0 when none ended. */
  readonly worst: number
}

/** Counts requests and keeps their latencies. */
export class Tally {
  readonly #latencies: Record<RequestKind, number[]> = { read: [], write: [] }
  readonly #failed: Record<RequestKind, number> = { read: 0, write: 0 }
  #sent = 0
  #period: { done: number; failed: Record<RequestKind, number>; worst: number } = emptyPeriod()

  send(): void {
    this.#sent += 1
  }

  /** @param latency - milliseconds since the request was due, not since it was sent: a late start is waiting, too */
  end(kind: RequestKind, latency: number, failed: boolean): void {
    this.#latencies[kind].push(latency)
    this.#period.done += 1
    this.#period.worst = Math.max(this.#period.worst, latency)
    if (!failed) return
    this.#failed[kind] += 1
    this.#period.failed[kind] += 1
  }

  get sent(): number {
    return this.#sent
  }

  /** Requests without an answer. */
  get open(): number {
    return this.#sent - this.done('read') - this.done('write')
  }

  done(kind: RequestKind): number {
    return this.#latencies[kind].length
  }

  failed(kind: RequestKind): number {
    return this.#failed[kind]
  }

  /** The latency, in milliseconds, that this share of the requests did not exceed; 1 is the worst. */
  latency(kind: RequestKind, share: number): number {
    const sorted = this.#latencies[kind].toSorted((a, b) => a - b)
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  }

  /** What ended since the last call. */
  takePeriod(): Period {
    const period = this.#period
    this.#period = emptyPeriod()
    return period
  }
}

function emptyPeriod() {
  return { done: 0, failed: { read: 0, write: 0 }, worst: 0 }
}
