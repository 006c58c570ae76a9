import type { Pool } from '@mysql-hostpool/core'
import { describeError, outcomeOfFailure } from './failures.js'
import { Ledger, Outcome } from './ledger.js'
import { type Applications, nextRequest, type Request } from './requests.js'
import { Tally } from './tally.js'

const WARM_UP_REQUESTS = 40

/** One run of the applications under load: sends requests and remembers how each of them ended. */
export class Session {
  readonly tally = new Tally()
  readonly ledger = new Ledger()
  readonly #applications: Applications
  readonly #failures = new Map<string, number>()
  readonly #open = new Set<Promise<void>>()
  #mostConnections = 0

  constructor(applications: Applications, pool: Pool) {
    this.#applications = applications
    pool.on('connectionOpened', () => {
      this.#mostConnections = Math.max(this.#mostConnections, pool.status().total)
    })
  }

  /** Sends a request without waiting for it; `due` is when it should have been sent. */
  send(index: number, due: number): void {
    const request = nextRequest(this.#applications, index)
    this.tally.send()
    const answered = this.#run(request).then((failed) => {
      this.tally.end(request.kind, performance.now() - due, failed)
      this.#open.delete(answered)
    })
    this.#open.add(answered)
  }

  /**
   * Makes each kind of request, so that what the libraries do only once is over when the load begins. The rows count
   * like all others, the time does not.
   */
  async warmUp(): Promise<void> {
    for (let index = 0; index < WARM_UP_REQUESTS; index += 1) {
      const failed = await this.#run(nextRequest(this.#applications, index))
      if (failed) throw new Error(`a request failed before anything was broken: ${this.failures[0]?.[0]}`)
    }
  }

  /** Resolves when every request has an answer, whatever it is. */
  async answers(): Promise<void> {
    await Promise.all(this.#open)
  }

  /** What failed, with how often: most frequent first. */
  get failures(): readonly (readonly [text: string, times: number])[] {
    return [...this.#failures].sort(([, a], [, b]) => b - a)
  }

  /** The most connections that were open at once. */
  get mostConnections(): number {
    return this.#mostConnections
  }

  /** Resolves to whether it failed. */
  async #run(request: Request): Promise<boolean> {
    if (request.kind === 'write') this.ledger.open(request.key, request.rows)
    try {
      await request.run()
      if (request.kind === 'write') this.ledger.settle(request.key, Outcome.Acknowledged)
      return false
    } catch (error) {
      const outcome = request.kind === 'write' ? outcomeOfFailure(error) : Outcome.Failed
      if (request.kind === 'write') this.ledger.settle(request.key, outcome)
      const text = `${request.kind}, ${request.name}, ${outcome}: ${describeError(error)}`
      this.#failures.set(text, (this.#failures.get(text) ?? 0) + 1)
      return true
    }
  }
}
