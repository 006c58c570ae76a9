import type { Backend } from './backend.js'

/**
 * The most milliseconds of a connect: for so long after a change of an address, a connect to the former server may be under way.
 */
const UNDER_WAY = 100

/**
 * One address of a pool and the servers behind it, with the times since which new connections there are served, and may write.
 */
export class Address {
  readonly name: string
  readonly backends: readonly Backend[]
  #target: Backend
  #ledAt = -Infinity
  /** The server that the address led to before, and the last time at which a connect to it may have found it unfit. */
  #former: Backend | undefined
  #formerBadAt = -Infinity
  #ofService: Since
  #ofWrites: Since
  /** The last time at which a server behind the address refused writes without a setting that says so. */
  refusedAt = -Infinity
  #outsideSince = Infinity
  /** The last time at which the flows to the address were dropped. Handshakes under way had no answer either. */
  droppedAt = -Infinity

  constructor(name: string, backends: readonly [Backend, ...Backend[]]) {
    this.name = name
    this.backends = backends
    this.#target = backends[0]
    this.#ofService = new Since(true, -Infinity)
    this.#ofWrites = new Since(true, -Infinity)
  }

  get target(): Backend {
    return this.#target
  }

  lead(to: Backend | undefined, now: number): void {
    if (to === undefined || to === this.#target) return
    this.#former = this.#target
    this.#target = to
    this.#ledAt = now
  }

  /** Notes the present state. Called after each change of a server, and before each look. */
  look(now: number): void {
    this.#ofService.note(this.#target.isWell, now)
    if (now - this.#ledAt <= UNDER_WAY && this.#former?.isWell === false) this.#formerBadAt = now
    this.#ofWrites.note(this.#target.takesWrites, now)
    if (this.backends.some(({ refusesWrites }) => refusesWrites)) this.refusedAt = now
    if (!this.#target.isOutside) this.#outsideSince = Infinity
    else if (this.#outsideSince === Infinity) this.#outsideSince = now
  }

  /** The milliseconds for which new connections have been served. */
  wellFor(now: number): number {
    return Math.min(this.#ofService.trueFor(now), now - this.droppedAt, this.#formerBadAgo(now))
  }

  takesWritesFor(now: number): number {
    return Math.min(this.#ofWrites.trueFor(now), now - this.droppedAt, this.#formerBadAgo(now))
  }

  /** The milliseconds since new connections were last not served; 0 while they are not served. */
  badAgo(now: number): number {
    return Math.min(this.#ofService.falseAgo(now), now - this.droppedAt, this.#formerBadAgo(now))
  }

  /**
   * The milliseconds since a connect to the former server may have failed. Once the new server has answered, a late failure
   * counts for nothing.
   */
  #formerBadAgo(now: number): number {
    const ago = now - this.#formerBadAt
    return ago <= UNDER_WAY || this.#target.toldAt < this.#ledAt ? ago : Infinity
  }

  /** The milliseconds for which the address has led to a server outside of the pool's cluster. */
  outsideFor(now: number): number {
    return now - Math.max(this.#outsideSince, this.#ledAt)
  }

  ledFor(now: number): number {
    return now - this.#ledAt
  }
}

/** A fact, with the time since which it is true or false. */
class Since {
  #isTrue: boolean
  #changedAt: number

  constructor(isTrue: boolean, changedAt: number) {
    this.#isTrue = isTrue
    this.#changedAt = changedAt
  }

  note(isTrue: boolean, now: number): void {
    if (isTrue === this.#isTrue) return
    this.#isTrue = isTrue
    this.#changedAt = now
  }

  trueFor(now: number): number {
    return this.#isTrue ? now - this.#changedAt : -Infinity
  }

  falseAgo(now: number): number {
    return this.#isTrue ? now - this.#changedAt : 0
  }
}
