import type { RowReceiver } from '../driver/port.js'
import type { Field } from '../sql/statement.js'
import { RowReadable } from './row-readable.js'

/** The connection's side of a stream, while its rows come. */
export interface RowSource {
  pause(): void
  resume(): void
}

/** The rows of one statement. It begins before its connection is there. */
export class RowStream extends RowReadable implements Pick<RowReceiver, 'fields' | 'row'> {
  readonly #source: () => RowSource | undefined
  /** Rows pushed so far. */
  #rows = 0
  /** What still comes is thrown away. */
  #abandoned = false

  /** @param source - what the rows come from; undefined before and after */
  constructor(source: () => RowSource | undefined) {
    super()
    this.#source = source
  }

  override _read(): void {
    this.#source()?.resume()
  }

  /** The rest of the rows is thrown away as it comes. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#source()?.resume()
    done(error)
  }

  /** Begins a result. The event tells how many rows come before it: some may still wait for their reader. */
  fields(fields: readonly Field[] | undefined): void {
    this.#attempt(() => this.emit('fields', fields, this.#rows))
  }

  row(row: unknown): void {
    this.#attempt(() => {
      this.#rows += 1
      if (!this.push(row)) this.#source()?.pause()
    })
  }

  /** Its reader wants no more: it ends with this error, and what still comes holds nothing up. */
  abandon(error: Error): void {
    this.#abandoned = true
    this.fail(error)
    this.#source()?.resume()
  }

  /** The statement is over. */
  finish(error: Error | null): void {
    if (error === null) this.#attempt(() => this.push(null))
    else this.fail(error)
  }

  /** A listener that throws ends its own stream, and not the reading of what the server sends. */
  #attempt(work: () => unknown): void {
    if (this.destroyed || this.#abandoned) return
    try {
      work()
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
