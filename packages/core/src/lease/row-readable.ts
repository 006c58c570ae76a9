import { Readable, type ReadableOptions } from 'node:stream'

/** Events that a reader of a stream listens for, whichever way of reading it uses. */
const READERS: ReadonlySet<string | symbol> = new Set(['error', 'data', 'readable', 'end', 'close'])

/**
 * A stream of rows that may have no reader yet, so a failure waits for the reader. An early error must not end the process, as
 * Node does on an `error` event without a listener, and must not get lost.
 */
export class RowReadable extends Readable {
  #failure: Error | undefined

  constructor(options: ReadableOptions = {}) {
    super({ ...options, objectMode: true })
    this.on('error', this.#onUnhandled)
    this.on('newListener', (event: string | symbol) => {
      if (this.#failure !== undefined && READERS.has(event)) process.nextTick(() => this.destroy(this.#failure))
    })
  }

  /** Ends the stream with an error: at once where the stream has a reader, else as soon as a reader comes. */
  fail(error: Error): void {
    this.#failure = error
    if (this.#hasReader) this.destroy(error)
  }

  /** Whether a reader takes the rows. */
  get isRead(): boolean {
    return this.readableFlowing === true || this.listenerCount('readable') > 0 || this.listenerCount('data') > 0
  }

  /** Whether a reader would get a failure. */
  get #hasReader(): boolean {
    return this.readableFlowing !== null || this.listenerCount('readable') > 0 || this.listenerCount('error') > 1
  }

  readonly #onUnhandled = (error: Error): void => {
    if (this.listenerCount('error') > 1) return
    process.emitWarning(
      `A stream of rows failed, and nothing listens for its error: ${error.message}`,
      'HostpoolWarning',
    )
  }
}
