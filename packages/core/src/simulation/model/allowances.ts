import type { Access, Serves } from '../../hosts/access.js'
import type { Asker } from './asker.js'

/** A kind of work that was not asked for in so many milliseconds has nothing kept free for it, once the pool has looked. */
const FORGOTTEN = 6100
/** The largest part of the limit that one kind of work ever leaves to the other. */
const LARGEST_RESERVE = 1 / 4

/**
 * What a pool must allow reads and writes, however it judges stalls: the part of the limit that is never kept for the other
 * kind, and everything when nobody asks for the other kind.
 */
export class Allowances {
  readonly #limit: number
  readonly #now: () => number
  readonly #askers: Iterable<Asker>
  readonly #askedAt: Record<Access, number> = { read: -Infinity, write: -Infinity }

  constructor(limit: number, now: () => number, askers: Iterable<Asker>) {
    this.#limit = limit
    this.#now = now
    this.#askers = askers
  }

  asked(access: Access): void {
    this.#askedAt[access] = this.#now()
  }

  /** What a host that serves so has to be used for. */
  narrow(serves: Serves): Serves {
    return { read: serves.read && this.#room('read') > 0, write: serves.write && this.#room('write') > 0 }
  }

  /** Those who wait, without those that may be kept waiting for the sake of the other kind. */
  admitted(waiting: readonly Asker[]): readonly Asker[] {
    const left = { read: this.#room('read'), write: this.#room('write'), any: 0 }
    left.any = Math.max(left.read, left.write)
    return waiting.filter(({ access }) => (left[access ?? 'any'] -= 1) >= 0)
  }

  #room(access: Access): number {
    const other = access === 'read' ? 'write' : 'read'
    const reserve =
      this.#limit < 2 || this.#now() - this.#askedAt[other] > FORGOTTEN ? 0 : Math.ceil(this.#limit * LARGEST_RESERVE)
    let inUse = 0
    for (const asker of this.#askers) if (asker.connection !== undefined && asker.use === access) inUse += 1
    return this.#limit - reserve - inUse
  }
}
