import type { Clock, Timer } from '../clock.js'
import type { PoolStatus } from './status.js'

/** What an ending leaves to the engine. */
export interface ShutdownParts {
  readonly clock: Clock
  /** How long checked out connections are waited for, in milliseconds. */
  readonly endTimeout: number
  /** Whether nothing is open any more. */
  readonly isEmpty: () => boolean
  /** Begins nothing more, rejects those who wait, closes what rests. */
  readonly stop: () => void
  /** Destroys what is left. */
  readonly force: () => void
  /** Called once, at the very end. */
  readonly ended: () => void
}

/** The end of a pool: it comes once, whoever asks for it and how often. */
export class Shutdown {
  readonly #parts: ShutdownParts
  #state: PoolStatus['state'] = 'open'
  #timer: Timer | undefined
  #waiting: (() => void)[] = []

  constructor(parts: ShutdownParts) {
    this.#parts = parts
  }

  get state(): PoolStatus['state'] {
    return this.#state
  }

  /** Ends the pool, if nobody has yet, and calls back when that is done. */
  begin(done: () => void): void {
    if (this.#state === 'ended') {
      done()
      return
    }
    this.#waiting.push(done)
    if (this.#state === 'ending') return
    this.#state = 'ending'
    const { clock, endTimeout, stop, force } = this.#parts
    stop()
    this.#timer = clock.after(endTimeout, force)
    this.goOn()
  }

  /** Called after something was closed: perhaps it was the last. */
  goOn(): void {
    if (this.#state !== 'ending' || !this.#parts.isEmpty()) return
    this.#state = 'ended'
    this.#timer?.cancel()
    this.#parts.ended()
    const waiting = this.#waiting
    this.#waiting = []
    for (const call of waiting) call()
  }
}
