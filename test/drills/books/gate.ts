import { setImmediate as nextTurn } from 'node:timers/promises'

/** Holds back all that come, and lets them go within some milliseconds. */
export class Gate {
  readonly #waiting: (() => void)[] = []
  #open = false

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length
  }

  readonly pass = (): Promise<void> => {
    if (this.#open) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /**
   * Lets them go, evenly spread over some milliseconds, and does something else in the midst of it. No turn of the event loop
   * is long, as what it delays would come after all of them.
   */
  async open(spread: number, at: number, midst: () => void): Promise<void> {
    this.#open = true
    const all = this.#waiting.length
    const begin = performance.now()
    let [left, done] = [all, false]
    while (left > 0 || !done) {
      const elapsed = performance.now() - begin
      const due = Math.min(all, Math.ceil((elapsed / spread) * all)) - (all - left)
      for (const letGo of this.#waiting.splice(0, due)) letGo()
      left = this.#waiting.length
      await nextTurn()
      if (!done && elapsed >= at) {
        done = true
        midst()
      }
    }
  }
}
