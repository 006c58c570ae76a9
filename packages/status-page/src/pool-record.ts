import { tracingChannel } from 'node:diagnostics_channel'

import {
  observing,
  type ChannelMessages,
  type Pool,
  type PoolEvents,
  type StatementMessage,
} from '@mysql-hostpool/core'

import { EventLog, type Told } from './event-log.js'
import { eventWords, TOLD_EVENTS, type ToldEvent } from './event-words.js'
import { orReport } from './or-report.js'
import { History, REMEMBERED, SAMPLE_INTERVAL } from './history.js'
import type { PoolView } from './page-message.js'
import { sentenceOf } from './sentence.js'
import { statementWords } from './statement-words.js'

/** The position of one reader in the record of a pool. */
export interface Seen {
  readonly version: number
  readonly sample: number
}

export const NOTHING_SEEN: Seen = { version: 0, sample: 0 }

/** The settings of a pool's record. */
export interface RecordOptions {
  readonly showSql: boolean
  /** Whether samples are always taken, and not only while a page is open and for ten minutes after. */
  readonly keepHistory: boolean
  /** Called at each event, so that pages are told at once. */
  readonly onEvent: () => void
}

/**
 * The events and samples of one pool. Rare events are always recorded. Statements are followed while a page is open. Samples are
 * taken from the first page until ten minutes after the last one.
 */
export class PoolRecord {
  readonly name: string
  readonly #pool: Pool
  readonly #options: RecordOptions
  readonly #log = new EventLog()
  readonly #history = new History()
  #readers = 0
  #sampling: NodeJS.Timeout | undefined
  #lastReaderAt = 0
  #ended: boolean

  constructor(pool: Pool, name: string, options: RecordOptions) {
    this.#pool = pool
    this.name = name
    this.#options = options
    this.#ended = pool.status().state === 'ended'
    for (const event of TOLD_EVENTS) this.#listen(event)
    if (options.keepHistory) this.#startSampling()
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  /** Counts a page that is opened. @returns a function to call when the page is closed, any number of times */
  open(): () => void {
    this.#readers += 1
    if (this.#readers === 1) channel.asyncEnd.subscribe(this.#hear)
    this.#startSampling()
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      this.#readers -= 1
      this.#lastReaderAt = performance.now()
      if (this.#readers === 0) channel.asyncEnd.unsubscribe(this.#hear)
    }
  }

  /** The pool now, with everything that is new to a reader, and the position of the reader afterwards. */
  view({ version, sample }: Seen): { readonly view: PoolView; readonly seen: Seen } {
    const status = this.#pool.status()
    const { state, connectionLimit, total, inUse, idle, connecting, waiting, hosts, counters } = status
    const view = {
      name: this.name,
      sentence: sentenceOf(status, Date.now()),
      state,
      connectionLimit,
      total,
      inUse,
      idle,
      connecting,
      waiting,
      hosts,
      counters,
      events: this.#log.since(version),
      samples: this.#history.since(sample),
    }
    return { view, seen: { version: this.#log.version, sample: this.#history.last } }
  }

  #listen(name: ToldEvent): void {
    // The words for `name` take the event `name`. TypeScript cannot tell that for a variable name.
    const words = eventWords[name] as (event: PoolEvents[ToldEvent]) => Told
    const listener = (event: PoolEvents[ToldEvent]): void => {
      if (name === 'end') this.#end()
      this.#tell(words(event))
    }
    this.#pool.on(name, observing(listener))
  }

  #tell(told: Told): void {
    this.#log.add(told, Date.now())
    this.#options.onEvent()
  }

  readonly #hear = (message: unknown): void => {
    const statement = message as StatementMessage
    // All pools of the process share the channel, and several may have the same name.
    if (statement.pool !== this.#pool) return
    // An error of a subscriber would end the process.
    orReport(() => {
      const told = statementWords(statement, this.#options.showSql)
      if (told !== undefined) this.#tell(told)
    })
  }

  #startSampling(): void {
    if (this.#sampling !== undefined || this.#ended) return
    this.#sample()
    const sampleOrStop = (): void => {
      const isWanted = this.#options.keepHistory || this.#readers > 0
      if (isWanted || performance.now() - this.#lastReaderAt < REMEMBERED) this.#sample()
      else this.#stopSampling()
    }
    this.#sampling = setInterval(() => orReport(sampleOrStop), SAMPLE_INTERVAL)
    this.#sampling.unref()
  }

  #sample(): void {
    this.#history.take(this.#pool.status(), performance.now(), Date.now())
  }

  #stopSampling(): void {
    clearInterval(this.#sampling)
    this.#sampling = undefined
    this.#history.pause()
  }

  #end(): void {
    this.#ended = true
    this.#stopSampling()
  }
}

const channel = tracingChannel<unknown, ChannelMessages['mysql-hostpool:statement']>('mysql-hostpool:statement')
