import { runLoad } from '../program/load.js'
import { within } from '../program/within.js'
import { now } from './clock.js'
import { errorCode } from './error-code.js'
import type { Sample } from './record.js'
import { ITEMS, noteOf } from './tables.js'
import type { Subject } from './subjects/subject.js'

const WRITE_EVERY = 5
/** A cap, since the drill says when it is over. */
const LONGEST = 600
/** Longer than any pool here lets a caller wait, unless it forgets the caller. */
const LAST_ANSWERS = 25_000

/** A steady rate of requests, every fifth a write, and how each of them ended. */
export class Traffic {
  readonly samples: Sample[] = []
  readonly #subject: Subject
  readonly #transactions: boolean
  readonly #stopping = new AbortController()
  readonly #open = new Set<Promise<void>>()
  #sending: Promise<void> = Promise.resolve()
  #sent = 0

  /** @param transactions - whether every second write is one, where the subject can run one again */
  constructor(subject: Subject, transactions: boolean) {
    this.#subject = subject
    this.#transactions = transactions
  }

  get sent(): number {
    return this.#sent
  }

  start(rate: number): void {
    const { signal } = this.#stopping
    const send = (index: number, due: number) => this.#send(index, due + performance.timeOrigin)
    this.#sending = runLoad({ rate, seconds: LONGEST, signal, send }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }

  /** Resolves when every request has its answer, or is not going to get one. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#sending
    await within(Promise.all(this.#open), LAST_ANSWERS)
  }

  #send(index: number, due: number): void {
    this.#sent += 1
    const ended = this.#run(index, due).then((sample) => {
      this.samples.push(sample)
      this.#open.delete(ended)
    })
    this.#open.add(ended)
  }

  async #run(index: number, due: number): Promise<Sample> {
    const item = (index % ITEMS) + 1
    const kind = index % WRITE_EVERY === 0 ? 'write' : 'read'
    try {
      if (kind === 'write') await this.#write(index, item)
      else if ((await this.#subject.readNote(item)) !== noteOf(item)) {
        return { kind, due, ended: now(), error: 'WRONG_ANSWER' }
      }
      return { kind, due, ended: now() }
    } catch (error) {
      return { kind, due, ended: now(), error: errorCode(error) }
    }
  }

  async #write(index: number, item: number): Promise<void> {
    const { transact } = this.#subject
    const inTransaction = this.#transactions && (index / WRITE_EVERY) % 2 === 1
    if (inTransaction && transact !== undefined) await transact(item)
    else await this.#subject.write(item)
  }
}
