import type { RowReceiver } from '../driver/port.js'
import type { Field } from '../sql/statement.js'
import { RowReadable } from './row-readable.js'

/** The connection under a stream, while rows arrive on it. */
export interface RowSource {
  pause(): void
  resume(): void
}

/** The rows of one statement. The stream exists before the statement has its turn on a connection. */
export class RowStream extends RowReadable implements Pick<RowReceiver, 'fields' | 'row'> {
  readonly #source: () => RowSource | undefined
  /** Rows pushed so far. */
  #rows = 0
  /** Rows that still arrive are discarded. */
  #abandoned = false

  /** @param source - the connection that the rows come from; undefined before and after the statement's turn */
  constructor(source: () => RowSource | undefined) {
    super()
    this.#source = source
  }

  override _read(): void {
    this.#source()?.resume()
  }

  /** Lets the connection receive the rest of the rows, which the stream discards. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#source()?.resume()
    done(error)
  }

  /** Begins a result. The event carries the number of rows before this result: some of them may still wait for their reader. */
  fields(fields: readonly Field[] | undefined): void {
    this.#attempt(() => this.emit('fields', fields, this.#rows))
  }

  row(row: unknown): void {
    this.#attempt(() => {
      this.#rows += 1
      if (!this.push(row)) this.#source()?.pause()
    })
  }

  /**
   * Ends the stream with an error because its reader wants no more rows. Rows that still arrive are discarded, and nothing
   * pauses the connection.
   */
  abandon(error: Error): void {
    this.#abandoned = true
    this.fail(error)
    this.#source()?.resume()
  }

  /** Ends the stream at the end of its statement. */
  finish(error: Error | null): void {
    if (error === null) this.#attempt(() => this.push(null))
    else this.fail(error)
  }

  /** Calls listeners. A listener that throws ends its own stream only; the connection goes on reading. */
  #attempt(work: () => unknown): void {
    if (this.destroyed || this.#abandoned) return
    try {
      work()
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
