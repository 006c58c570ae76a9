import { Readable } from 'node:stream'

import type { RowReceiver } from '../driver/port.js'
import type { Field } from '../statement/statement.js'

/** The connection's side of a stream, while its rows come. */
export interface RowSource {
  pause(): void
  resume(): void
}

/** Events that a reader of the stream listens for, whatever it reads with. */
const READERS: ReadonlySet<string | symbol> = new Set(['error', 'data', 'readable', 'end', 'close'])

/**
 * The rows of one statement. It begins before its connection is there, and a failure waits for its reader: an error that comes
 * before anything reads, or listens for errors, must neither end the process nor get lost.
 */
export class RowStream extends Readable implements Pick<RowReceiver, 'fields' | 'row'> {
  readonly #source: () => RowSource | undefined
  #failure: Error | undefined

  /** @param source - what the rows come from; undefined before and after */
  constructor(source: () => RowSource | undefined) {
    super({ objectMode: true })
    this.#source = source
    // Node ends the process for an error that has no listener.
    super.on('error', this.#unheard)
    super.on('newListener', (event: string | symbol) => {
      if (this.#failure !== undefined && READERS.has(event)) process.nextTick(() => this.destroy(this.#failure))
    })
  }

  override _read(): void {
    this.#source()?.resume()
  }

  /** The rest of the rows is thrown away as it comes. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#source()?.resume()
    done(error)
  }

  fields(fields: readonly Field[]): void {
    this.#attempt(() => this.emit('fields', fields))
  }

  row(row: unknown): void {
    if (this.destroyed) return
    this.#attempt(() => {
      if (!this.push(row)) this.#source()?.pause()
    })
  }

  /** The statement is over. */
  finish(error: Error | null): void {
    if (error === null) this.#attempt(() => this.push(null))
    else {
      this.#failure = error
      if (this.#hasReader) this.destroy(error)
    }
  }

  /** A listener that throws ends its own stream, and not the reading of what the server sends. */
  #attempt(work: () => unknown): void {
    if (this.destroyed) return
    try {
      work()
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }

  get #hasReader(): boolean {
    return this.readableFlowing !== null || this.listenerCount('readable') > 0 || this.listenerCount('error') > 1
  }

  readonly #unheard = (error: Error): void => {
    if (this.listenerCount('error') > 1) return
    process.emitWarning(`A stream of rows failed, and nothing listens for its error: ${error.message}`, 'HostpoolWarning')
  }
}
