import type { Pool } from '@mysql-hostpool/core'

import { printable } from '../text/printable.js'

/** Counts of the reads of a period. */
export interface ReadPeriod {
  readonly done: number
  readonly open: number
  readonly failed: number
  /** Milliseconds of the slowest read. */
  readonly worst: number
}

/** Sends light reads through a pool at a steady rate, and counts their results: an application would have the same. */
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

  /** The counts since the last call. */
  take(): ReadPeriod {
    const period = { done: this.#done, open: this.#open, failed: this.#failed, worst: this.#worst }
    this.#done = 0
    this.#failed = 0
    this.#worst = 0
    return period
  }

  /** The error of the last read that has failed since the last call. */
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
