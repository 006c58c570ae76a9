/** A timer of a virtual clock. */
export interface VirtualTimer {
  readonly due: number
  /** The number of the timer: timers that are due at the same moment run in the order of their numbers. */
  readonly order: number
  readonly keepsAlive: boolean
  /** The callback; undefined once the timer has run or was cancelled. */
  run: (() => void) | undefined
}

/** A binary heap of timers: the next timer comes first. */
export class TimerHeap {
  readonly #timers: VirtualTimer[] = []

  get size(): number {
    return this.#timers.length
  }

  get next(): VirtualTimer | undefined {
    return this.#timers[0]
  }

  add(timer: VirtualTimer): void {
    const timers = this.#timers
    let index = timers.length
    timers.push(timer)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = timers[parent]
      if (above === undefined || isBefore(above, timer)) break
      timers[index] = above
      index = parent
    }
    timers[index] = timer
  }

  takeNext(): VirtualTimer | undefined {
    const timers = this.#timers
    const taken = timers[0]
    const last = timers.pop()
    if (last === undefined || timers.length === 0) return taken
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      let below = timers[child]
      if (below === undefined) break
      const sibling = timers[child + 1]
      if (sibling !== undefined && isBefore(sibling, below)) {
        child += 1
        below = sibling
      }
      if (isBefore(last, below)) break
      timers[index] = below
      index = child
    }
    timers[index] = last
    return taken
  }
}

function isBefore(a: VirtualTimer, b: VirtualTimer): boolean {
  return a.due === b.due ? a.order < b.order : a.due < b.due
}
