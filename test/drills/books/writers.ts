import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../../program/within.js'
import type { Random } from '../../program/random.js'
import { type Claim, claimOf, type PartClaim, Told } from './claim.js'
import type { Clients } from './clients.js'
import { CORE_WAYS } from './core-ways.js'
import { Gate } from './gate.js'
import { LIBRARY_WAYS } from './library-ways.js'
import type { Way } from './way.js'

const WAYS = [...CORE_WAYS, ...LIBRARY_WAYS]
const ALL_WEIGHTS = WAYS.reduce((sum, { weight }) => sum + weight, 0)
/** A writer rests up to this long between two writes, in milliseconds. */
const REST = 60
/** Longer than any pool here lets a caller wait, and any server holds a lock. */
const LAST_ANSWERS = 60_000

const passAtOnce = (): Promise<void> => Promise.resolve()

/** Many callers that write at once, and the books of what each was told. */
export class Writers {
  readonly #clients: Clients
  readonly #random: Random
  readonly #prefix: string
  readonly #claims = new Map<string, Claim>()
  readonly #running = new Set<Promise<void>>()
  #stopped = false
  #count = 0

  constructor(clients: Clients, random: Random, prefix: string) {
    this.#clients = clients
    this.#random = random
    this.#prefix = prefix
  }

  get claims(): readonly Claim[] {
    return [...this.#claims.values()]
  }

  /** So many writers write, each one write after the other, until `stop`. */
  start(writers: number): void {
    for (let writer = 0; writer < writers; writer += 1) this.#run(this.#keepWriting())
  }

  /** So many writes of one moment: they go as far as what decides, and on when the gate is opened. */
  burst(writes: number): Gate {
    const gate = new Gate()
    for (let write = 0; write < writes; write += 1) this.#run(this.#write(gate.pass))
    return gate
  }

  /** Begins no further write, and waits for the answers. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopped = true
    await within(Promise.all(this.#running), LAST_ANSWERS, signal)
  }

  async #keepWriting(): Promise<void> {
    while (!this.#stopped) {
      await this.#write(passAtOnce)
      await sleep(this.#random.below(REST))
    }
  }

  async #write(gate: () => Promise<void>): Promise<void> {
    const way = this.#chooseWay()
    const { name, whole, parts } = way
    const mark = `${this.#prefix}${WAYS.indexOf(way)}/${(this.#count += 1)}`
    const enter = (told: readonly PartClaim[]) => this.#claims.set(mark, { way: name, mark, whole, parts: told })
    const all = (told: PartClaim) => Array.from({ length: parts }, () => told)
    enter(all({ told: Told.open }))
    try {
      const answers = await way.write(this.#clients, { mark, gate })
      enter(answers ? answers.map((answer) => ofAnswer(answer)) : all({ told: Told.done }))
    } catch (error) {
      enter(all(claimOf(error, whole)))
    }
  }

  #chooseWay(): Way {
    let left = this.#random.next() * ALL_WEIGHTS
    const chosen = WAYS.find(({ weight }) => (left -= weight) < 0) ?? WAYS[0]
    if (chosen === undefined) throw new Error('there is no way to write')
    return chosen
  }

  #run(work: Promise<void>): void {
    const running = work.finally(() => this.#running.delete(running))
    this.#running.add(running)
  }
}

function ofAnswer(answer: PromiseSettledResult<unknown>): PartClaim {
  // Each of these is one statement: what got no connection was not sent.
  return answer.status === 'fulfilled' ? { told: Told.done } : claimOf(answer.reason, true)
}
