import type { Pool } from '@mysql-hostpool/core'

import { printable } from '../text/printable.js'

/** What became of the reads of a while. */
export interface ReadPeriod {
  readonly done: number
  readonly open: number
  readonly failed: number
  /** Milliseconds of the slowest. */
  readonly worst: number
}

/** Sends light reads through a pool at a steady rate, and counts what becomes of them: what an application would feel. */
export class Reads {
  readonly #pool: Pool
  readonly #timer: NodeJS.Timeout | undefined
  #done = 0
  #failed = 0
  #worst = 0
  #open = 0
  #lastError: string | undefined

  /** @param perSecond - 0 sends none */
  constructor(pool: Pool, perSecond: number) {
    this.#pool = pool
    this.#timer = perSecond === 0 ? undefined : setInterval(() => void this.#send(), 1000 / perSecond)
  }

  /** What was counted since the last time. */
  take(): ReadPeriod {
    const period = { done: this.#done, open: this.#open, failed: this.#failed, worst: this.#worst }
    this.#done = 0
    this.#failed = 0
    this.#worst = 0
    return period
  }

  /** Why the last one that failed did so, once. */
  takeError(): string | undefined {
    const error = this.#lastError
    this.#lastError = undefined
    return error
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #send(): Promise<void> {
    const begin = performance.now()
    this.#open += 1
    try {
      await this.#pool.query({ sql: 'SELECT 1', access: 'read' })
      this.#done += 1
    } catch (error) {
      this.#failed += 1
      this.#lastError = printable(error instanceof Error ? error.message : String(error))
    } finally {
      this.#open -= 1
      this.#worst = Math.max(this.#worst, performance.now() - begin)
    }
  }
}
