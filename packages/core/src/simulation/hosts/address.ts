import type { Backend } from './backend.js'

/** Milliseconds for which a connect that began before an address led elsewhere may still be under way. */
const UNDER_WAY = 100

/** One address of a pool, the servers behind it, and since when what is true of new connections there. */
export class Address {
  readonly name: string
  readonly backends: readonly Backend[]
  #target: Backend
  #ledAt = -Infinity
  /** The server that it led to before, and when a connect that had begun there may last have met it unwell. */
  #former: Backend | undefined
  #formerBadAt = -Infinity
  #ofService: Since
  #ofWrites: Since
  /** When a server behind it last refused writes without a setting that says so. */
  refusedAt = -Infinity
  #outsideSince = Infinity
  /** When flows were last dropped there: what was being opened had no answer either. */
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

  /** Takes note of what is true now; called at least as often as anything changes. */
  look(now: number): void {
    this.#ofService.note(this.#target.isWell, now)
    if (now - this.#ledAt <= UNDER_WAY && this.#former?.isWell === false) this.#formerBadAt = now
    this.#ofWrites.note(this.#target.takesWrites, now)
    if (this.backends.some(({ refusesWrites }) => refusesWrites)) this.refusedAt = now
    if (!this.#target.isOutside) this.#outsideSince = Infinity
    else if (this.#outsideSince === Infinity) this.#outsideSince = now
  }

  /** For how long new connections have been served. */
  wellFor(now: number): number {
    return Math.min(this.#ofService.trueFor(now), now - this.droppedAt, this.#formerBadAgo(now))
  }

  takesWritesFor(now: number): number {
    return Math.min(this.#ofWrites.trueFor(now), now - this.droppedAt, this.#formerBadAgo(now))
  }

  /** How long ago new connections were last not served; 0 while they are not. */
  badAgo(now: number): number {
    return Math.min(this.#ofService.falseAgo(now), now - this.droppedAt, this.#formerBadAgo(now))
  }

  /** How long ago a connect that began before it led here may have failed; a late failure counts for nothing once the server here has spoken. */
  #formerBadAgo(now: number): number {
    const ago = now - this.#formerBadAt
    return ago <= UNDER_WAY || this.#target.toldAt < this.#ledAt ? ago : Infinity
  }

  /** For how long it has led to a server that is not where the pool's writes belong. */
  outsideFor(now: number): number {
    return now - Math.max(this.#outsideSince, this.#ledAt)
  }

  ledFor(now: number): number {
    return now - this.#ledAt
  }
}

/** Since when something is true, and when it last was not. */
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
