import { vi } from 'vitest'

interface Task {
  readonly due: number
  readonly run: () => void
  unref(): void
}

/** Replaces the timers and the clock of the process, for tests of code that uses them directly. The process can stand still. */
export class EventLoop {
  #now = 1000
  readonly #timers = new Set<Task>()
  readonly #immediates = new Set<Task>()

  constructor() {
    vi.stubGlobal('setTimeout', (run: () => void, milliseconds: number) =>
      this.#add(this.#timers, run, this.#now + Math.max(1, milliseconds)),
    )
    vi.stubGlobal('setImmediate', (run: (...args: unknown[]) => void, ...args: unknown[]) =>
      this.#add(this.#immediates, () => run(...args), this.#now),
    )
    vi.stubGlobal('clearTimeout', (task: Task) => this.#timers.delete(task))
    vi.stubGlobal('clearImmediate', (task: Task) => this.#immediates.delete(task))
    vi.spyOn(performance, 'now').mockImplementation(() => this.#now)
  }

  get now(): number {
    return this.#now
  }

  /** The number of timers and immediates that are still to run. */
  get pending(): number {
    return this.#timers.size + this.#immediates.size
  }

  passes(milliseconds: number): void {
    for (let left = milliseconds; left > 0; left -= 1) this.standsStill(1)
  }

  /** The process stands still. Timers that fall due meanwhile run at the end of that time. */
  standsStill(milliseconds: number): void {
    this.#now += milliseconds
    const due = [...this.#timers].filter((timer) => timer.due <= this.#now).toSorted((a, b) => a.due - b.due)
    this.#run(this.#timers, due)
    this.#run(this.#immediates, [...this.#immediates])
  }

  /** Restores the timers and the clock of the process. */
  end(): void {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  }

  #add(tasks: Set<Task>, run: () => void, due: number): Task {
    const task: Task = { due, run, unref: () => undefined }
    tasks.add(task)
    return task
  }

  #run(tasks: Set<Task>, due: readonly Task[]): void {
    for (const task of due) if (tasks.delete(task)) task.run()
  }
}
