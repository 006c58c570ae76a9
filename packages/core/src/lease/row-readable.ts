import { Readable, type ReadableOptions } from 'node:stream'

/** Events that a reader of a stream listens for, whatever it reads with. */
const READERS: ReadonlySet<string | symbol> = new Set(['error', 'data', 'readable', 'end', 'close'])

/**
 * A stream of rows that nothing may read yet: a failure waits for its reader. An error that comes before must neither end the
 * process, as Node does for one without a listener, nor get lost.
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

  /** Ends with an error: at once where there is a reader, else when there is one. */
  fail(error: Error): void {
    this.#failure = error
    if (this.#hasReader) this.destroy(error)
  }

  /** Whether its rows go anywhere. */
  get isRead(): boolean {
    return this.readableFlowing === true || this.listenerCount('readable') > 0 || this.listenerCount('data') > 0
  }

  /** Whether a failure has where to go. */
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
