import { EventEmitter } from 'node:events'
import type { Readable, ReadableOptions } from 'node:stream'

import { RowReadable } from '@mysql-hostpool/core'
import type { QueryResult } from '@mysql-hostpool/core'

import { errorOf } from './callback.js'
import type { ResultCallback } from './statement-arguments.js'
import { unsupported } from './unsupported.js'

/**
 * A statement under way, in the shape of mysql2's callback interface: an emitter of `fields`, `result`, `error` and `end`, with
 * a synchronous `stream()`. With a callback, the query emits only `fields` and `end`.
 */
export class Query extends EventEmitter {
  readonly sql: string
  readonly values: unknown
  #source: Readable | undefined
  #output: RowReadable | undefined
  #abandoned = false
  #held = false
  #ended = false
  #resultIndex = -1
  /** Number of rows handed on so far. */
  #rows = 0
  /**
   * Results whose turn has not come: their columns, and the number of rows before them. Some of these rows may still wait for
   * their reader.
   */
  readonly #results: { readonly fields: unknown; readonly before: number }[] = []

  constructor(sql: string, values: unknown) {
    super()
    this.sql = sql
    this.values = values
  }

  /** True when the stream of the query was destroyed before the statement began. */
  get abandoned(): boolean {
    return this.#abandoned && this.#source === undefined
  }

  /**
   * Hands the whole answer to a callback, outside the promise: as with any Node callback, an error that the callback throws is
   * an uncaught exception, and never an unhandled rejection.
   */
  callBack(answer: Promise<QueryResult<unknown>>, callback: ResultCallback): void {
    const settle: ResultCallback = (error, result, fields) => {
      // The query ends even when the callback throws.
      process.nextTick(() => this.finish())
      if (error === null) {
        this.emit('fields', fields)
        callback(null, result, fields)
      } else callback(error)
    }
    answer.then(
      ([result, fields]) => process.nextTick(settle, null, result, fields),
      (error: unknown) => process.nextTick(settle, errorOf(error)),
    )
  }

  /** Reads from a source of rows. Rows flow from the next tick on, so listeners can be added until then. */
  attach(source: Readable, onUnhandled: (error: Error) => void): void {
    this.#source = source
    source.on('fields', (fields: unknown, before: number = this.#rows) => {
      this.#results.push({ fields, before })
      this.#beginResults()
    })
    source.once('error', (error: Error) => {
      this.fail(error, onUnhandled)
    })
    source.once('end', () => {
      if (this.#output?.destroyed === false) this.#output.push(null)
      this.finish()
    })
    source.once('close', () => this.finish())
    source.on('data', (row: unknown) => this.#deliver(row))
    if (this.#held) source.pause()
  }

  /** Ends the query with an error. The stream gets the error, or the query's `error` listeners, or else `onUnhandled`. */
  fail(error: Error, onUnhandled: (error: Error) => void): void {
    if (this.#ended) return
    const streamed = this.#output !== undefined
    if (streamed) this.#output?.fail(error)
    if (this.listenerCount('error') > 0) this.emit('error', error)
    else if (!streamed) onUnhandled(error)
    this.finish()
  }

  finish(): void {
    if (this.#ended) return
    this.#ended = true
    this.emit('end')
  }

  /** A stream of the rows with back-pressure: the server is read only as fast as the stream. */
  stream(options: ReadableOptions = {}): Readable {
    if (this.#output !== undefined) return this.#output
    const output = new RowReadable({
      ...options,
      read: () => {
        if (!this.#held) this.#source?.resume()
      },
      destroy: (error, done) => {
        this.#abandoned = true
        // The remaining rows are not read; only closing their connection stops them.
        if (!this.#ended) this.#source?.destroy()
        done(error)
      },
    })
    // As in mysql2, a stream that was given up also emits `end`.
    output.once('close', () => {
      if (!output.readableEnded) output.emit('end')
    })
    this.#output = output
    return output
  }

  /** Stops the rows until `resume()`. */
  pause(): void {
    this.#held = true
    this.#source?.pause()
  }

  resume(): void {
    this.#held = false
    this.#source?.resume()
  }

  /** Begins the results whose rows are next. A result without rows is followed by another one at the same place. */
  #beginResults(): void {
    for (let next = this.#results[0]; next !== undefined && next.before <= this.#rows; next = this.#results[0]) {
      this.#results.shift()
      this.#resultIndex += 1
      this.emit('fields', next.fields, this.#resultIndex)
      if (this.#output?.destroyed === false) this.#output.emit('fields', next.fields, this.#resultIndex)
    }
  }

  #deliver(row: unknown): void {
    this.#rows += 1
    const index = Math.max(this.#resultIndex, 0)
    this.emit('result', row, index)
    const output = this.#output
    if (output !== undefined && !output.destroyed) {
      if (!output.push(row)) this.#source?.pause()
      output.emit('result', row, index)
    }
    this.#beginResults()
  }
}

// An awaited query would resolve with nothing and lose its error. As in mysql2, the error says which call was meant.
const notAPromise = (): never => {
  throw unsupported('await of a query()', 'it is not a promise; use pool.promise() or connection.promise()')
}
for (const name of ['then', 'catch', 'finally']) {
  Object.defineProperty(Query.prototype, name, { value: notAPromise, writable: true, configurable: true })
}
