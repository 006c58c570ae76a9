import type { PoolStatus } from '@mysql-hostpool/core'

import type { HostSample, Sample } from './page-message.js'

/** Milliseconds between two samples. */
export const SAMPLE_INTERVAL = 5_000
/** The length of the history in milliseconds. */
export const REMEMBERED = 600_000

const CAPACITY = REMEMBERED / SAMPLE_INTERVAL

type Sampled = Pick<PoolStatus, 'hosts'>

/** The traffic and the latency of each host over the last ten minutes, from the counters of `status()`. */
export class History {
  #samples: readonly Sample[] = []
  #number = 0
  #served: ReadonlyMap<string, number> = new Map()
  #servedAt: number | undefined

  /** @param now - milliseconds on a monotonic clock @param at - the same moment as a `Date.now()` time */
  take({ hosts }: Sampled, now: number, at: number): void {
    const before = this.#served
    const seconds = this.#servedAt === undefined ? 0 : (now - this.#servedAt) / 1000
    this.#served = new Map(hosts.map(({ name, counters }) => [name, counters.served]))
    this.#servedAt = now
    // The first look has no earlier one to count from.
    if (seconds <= 0) return
    const sampled = hosts.map(({ name, state, latency, counters }): readonly [string, HostSample] => {
      const served = counters.served - (before.get(name) ?? counters.served)
      // The smoothed latency of a host that is down is an old value.
      const known = state === 'down' ? undefined : latency
      return [name, { rate: rounded(served / seconds), latency: known === undefined ? null : rounded(known) }]
    })
    this.#number += 1
    const sample = { number: this.#number, at, hosts: Object.fromEntries(sampled) }
    this.#samples = [...this.#samples.slice(1 - CAPACITY), sample]
  }

  /** The number of the last sample. */
  get last(): number {
    return this.#number
  }

  /** The samples after this one, the oldest first. */
  since(number: number): readonly Sample[] {
    return this.#samples.filter((sample) => sample.number > number)
  }

  /** The next look counts from no earlier one: no samples were taken for a while. */
  pause(): void {
    this.#servedAt = undefined
  }
}

/** Rounds to a thousandth, which is enough for a chart. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
