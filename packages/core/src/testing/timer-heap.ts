/** A timer of a virtual clock. */
export interface VirtualTimer {
  readonly due: number
  /** Timers of the same moment run in the order they were made. */
  readonly order: number
  readonly keepsAlive: boolean
  /** Undefined once it has run or was called off. */
  run: (() => void) | undefined
}

/** Timers, the next one first: a binary heap. */
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
