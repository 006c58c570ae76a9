import { setTimeout as sleep } from 'node:timers/promises'
import type { GaleraNode } from '../cluster/index.js'
import { now } from './clock.js'
import { CONTROL_SQL } from './tables.js'

const PAUSE = 50

/**
 * Writes on a healthy node again and again, one write at a time and past every pool: what Galera itself makes a writer
 * wait. Each write has a connection of its own, over the node's Unix socket.
 */
export class ControlWriter {
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>
  readonly #writes: { readonly from: number; readonly took: number }[] = []

  constructor(node: GaleraNode, database: string) {
    const sql = CONTROL_SQL.replace('drill_control', `\`${database}\`.drill_control`)
    this.#running = this.#run(node, sql)
  }

  /** The longest write, in milliseconds, of those that ended after `since`. */
  worst(since: number): number {
    const took = this.#writes.filter((write) => write.from + write.took >= since).map((write) => write.took)
    return Math.max(0, ...took)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(node: GaleraNode, sql: string): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const from = now()
      try {
        await node.sql(sql)
      } catch {
        // No answer for ten seconds, or a refusal: how long it took is what counts here.
      }
      this.#writes.push({ from, took: now() - from })
      await sleep(PAUSE)
    }
  }
}
