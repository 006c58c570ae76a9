import { now } from './clock.js'
import type { Pause } from './record.js'

const BEAT = 10
/** A timer that comes later than this is no ordinary timer any more. */
const LATE = 25

/** Notes when this process is kept from its work, so that its own pauses are not taken for those of a pool. */
export class PauseWatch {
  readonly #pauses: Pause[] = []
  #timer: NodeJS.Timeout | undefined
  #due = 0

  start(): void {
    this.#due = now() + BEAT
    this.#timer = setInterval(() => this.#beat(), BEAT)
  }

  stop(): readonly Pause[] {
    clearInterval(this.#timer)
    return this.#pauses
  }

  #beat(): void {
    const time = now()
    if (time - this.#due > LATE) this.#pauses.push({ from: this.#due, to: time })
    this.#due = time + BEAT
  }
}
