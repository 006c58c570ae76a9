import { onAbort } from '../abort-listeners.js'
import { ErrorClass, errorClassOf } from '../errors/error-class.js'
import { HostpoolError, isHostpoolError } from '../errors/hostpool-error.js'
import type { StatementOptions } from '../sql/statement.js'
import type { Stop } from './statement-killer.js'

/** What servers answer a statement that KILL QUERY has stopped: in the midst of its work, or of sorting. */
const INTERRUPTED: ReadonlySet<unknown> = new Set([1317, 1028])

/**
 * The wish to end a statement before its time. While its server is being told, the answer waits: as long as a KILL may come, the
 * connection must have no other statement and no other borrower.
 */
export class Cancellation {
  readonly #signal: AbortSignal
  #stopListening: (() => void) | undefined
  /** A KILL has been asked for. */
  #asked = false
  /** What came of it. */
  #stop: Stop | undefined
  /** The statement has been answered. */
  #answered = false
  #held: ((stop: Stop) => void) | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** Waits for the signal. */
  watch(aborted: () => void): void {
    this.#stopListening = onAbort(this.#signal, aborted)
  }

  /** The statement is over. */
  over(): void {
    this.#stopListening?.()
  }

  get aborted(): boolean {
    return this.#signal.aborted
  }

  /** Whether the server of the statement is still at it, as far as this side knows. */
  get runs(): boolean {
    return !this.#answered
  }

  /** A KILL is asked for; what came of it is told to `settled`. */
  begin(): void {
    this.#asked = true
  }

  settled(stop: Stop): void {
    this.#stop = stop
    this.#held?.(stop)
  }

  /**
   * The statement has been answered.
   * @returns whether `next` is called once no KILL can come any more; else the caller goes on by itself
   */
  answered(next: (stop: Stop) => void): boolean {
    if (!this.#asked || this.#answered) return false
    this.#answered = true
    if (this.#stop === undefined) this.#held = next
    else next(this.#stop)
    return true
  }

  /** What a statement that was not sent is told. */
  notSent(): HostpoolError {
    return this.#error('The statement was aborted before it was sent')
  }

  /** What came of a statement that was sent, as its borrower is told it. */
  trueOf(error: Error, host: string): Error {
    if (isInterrupted(error)) return this.#error(`The statement was aborted, and ${host} has stopped it`, host)
    const isUnknown = isHostpoolError(error) && error.code === 'ERR_HOSTPOOL_OUTCOME_UNKNOWN'
    if (isUnknown || errorClassOf(error) !== ErrorClass.lost) return error
    return this.#error(
      `The statement was aborted, and its connection to ${host} is closed: the server may still be at it`,
      host,
    )
  }

  /** What the reader of a stream is told, whatever becomes of its statement. */
  readAborted(): HostpoolError {
    return this.#error('The stream of rows was aborted')
  }

  /** A read that was answered all the same: with less than it asked for, or as if nothing had been. */
  readAnyway(host: string): HostpoolError {
    return this.#error(`The statement was aborted, and ${host} was told to stop it`, host)
  }

  #error(message: string, host?: string): HostpoolError {
    const cause: unknown = this.#signal.reason
    return new HostpoolError('ERR_HOSTPOOL_ABORTED', message, { cause, ...(host !== undefined && { host }) })
  }
}

/** The cancellation of a statement that can be aborted. */
export function cancellationOf({ signal }: StatementOptions): Cancellation | undefined {
  return signal === undefined ? undefined : new Cancellation(signal)
}

/** Whether the server says that it was told to stop. */
export function isInterrupted(error: Error | null): boolean {
  return error !== null && 'errno' in error && INTERRUPTED.has(error.errno)
}

/** Why the connection of an aborted statement is closed: its server could not be told, or does not stop. */
export function abortedConnection(why: string): Error {
  return Object.assign(new Error(`the statement was aborted, and ${why}`), {
    code: 'PROTOCOL_CONNECTION_LOST',
    fatal: true,
  })
}
