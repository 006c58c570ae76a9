import type { CycleSubject } from './subject.js'

/** Told what callers do; nobody listens while speed is measured. */
export interface Watch {
  asks(caller: number): void
  gets(caller: number): void
}

/** So many callers, each of which takes a connection, waits a turn of the event loop and gives it back, again and again. */
export class Callers {
  /** Cycles of each caller. */
  readonly counts: number[]
  readonly #subject: CycleSubject
  readonly #watch: Watch | undefined
  readonly #most: number
  #stopped = false
  #total = 0
  #countsAtStop: readonly number[] = []

  /** @param most - stops by itself after about so many cycles */
  constructor(subject: CycleSubject, callers: number, watch?: Watch, most = Infinity) {
    this.#subject = subject
    this.#watch = watch
    this.#most = most
    this.counts = Array.from({ length: callers }, () => 0)
  }

  get total(): number {
    return this.#total
  }

  /** The cycles of each caller when it was stopped: what they finish afterwards evens out what was uneven. */
  get countsAtStop(): readonly number[] {
    return this.#countsAtStop
  }

  /** Lets every caller finish its cycle. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#countsAtStop = [...this.counts]
  }

  /** Resolves when all callers have stopped. */
  async run(): Promise<void> {
    await Promise.all(this.counts.map((_, caller) => this.#runOne(caller)))
  }

  #runOne(caller: number): Promise<void> {
    return this.#subject.api === 'promise' ? this.#runPromises(caller) : this.#runCallbacks(caller)
  }

  async #runPromises(caller: number): Promise<void> {
    const { api, subject } = this.#subject
    if (api !== 'promise') return
    while (!this.#stopped) {
      this.#watch?.asks(caller)
      const connection = await subject.acquire()
      this.#watch?.gets(caller)
      await nextTurn()
      subject.release(connection)
      this.#count(caller)
    }
  }

  #runCallbacks(caller: number): Promise<void> {
    const { api, subject } = this.#subject
    return new Promise((resolve, reject) => {
      if (api !== 'callback') return
      const cycle = (): void => {
        if (this.#stopped) {
          resolve()
          return
        }
        this.#watch?.asks(caller)
        subject.acquire((error, connection) => {
          if (error !== null) {
            reject(error)
            return
          }
          this.#watch?.gets(caller)
          setImmediate(() => {
            subject.release(connection)
            this.#count(caller)
            cycle()
          })
        })
      }
      cycle()
    })
  }

  #count(caller: number): void {
    this.counts[caller] = (this.counts[caller] ?? 0) + 1
    this.#total += 1
    if (this.#total >= this.#most) this.stop()
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
