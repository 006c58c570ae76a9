import { setTimeout as sleep } from 'node:timers/promises'
import { now } from './clock.js'
import type { DrillNode } from './drill-cluster.js'

const PAUSE = 50

/**
 * Sends one statement to a healthy node again and again, one at a time and past every pool: what the servers and the
 * machine themselves make anybody wait. Each has a connection of its own, over the node's Unix socket.
 */
export class ControlLoop implements AsyncDisposable {
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>
  readonly #answers: { readonly from: number; readonly took: number }[] = []

  constructor(node: DrillNode, sql: string) {
    this.#running = this.#run(node, sql)
  }

  /** The longest, in milliseconds, of those that ended after `since`. */
  worst(since: number): number {
    const took = this.#answers.filter((answer) => answer.from + answer.took >= since).map((answer) => answer.took)
    return Math.max(0, ...took)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(node: DrillNode, sql: string): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const from = now()
      try {
        await node.sql(sql)
      } catch {
        // No answer for ten seconds, or a refusal: how long it took is what counts here.
      }
      this.#answers.push({ from, took: now() - from })
      await sleep(PAUSE)
    }
  }
}
