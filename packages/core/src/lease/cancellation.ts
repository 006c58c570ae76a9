import { onAbort } from '../abort-listeners.js'
import { ErrorClass, errorClassOf } from '../errors/error-class.js'
import { HostpoolError, isHostpoolError } from '../errors/hostpool-error.js'
import type { StatementOptions } from '../sql/statement.js'
import type { Stop } from './statement-killer.js'

/** Error numbers of a statement that KILL QUERY has stopped: 1317 at any point of its work, 1028 during a sort. */
const INTERRUPTED: ReadonlySet<unknown> = new Set([1317, 1028])

/**
 * The cancellation of one statement. While a KILL QUERY may still arrive, the answer of the statement is held back: until then
 * the connection must have no other statement and no other borrower.
 */
export class Cancellation {
  readonly #signal: AbortSignal
  #stopListening: (() => void) | undefined
  /** A KILL was requested. */
  #asked = false
  /** The result of the KILL; undefined until it is known. */
  #stop: Stop | undefined
  /** The statement has been answered. */
  #answered = false
  #held: ((stop: Stop) => void) | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** Calls `aborted` when the signal aborts. */
  watch(aborted: () => void): void {
    this.#stopListening = onAbort(this.#signal, aborted)
  }

  /** Stops listening to the signal: the statement has ended. */
  over(): void {
    this.#stopListening?.()
  }

  get aborted(): boolean {
    return this.#signal.aborted
  }

  /** Whether the server may still be running the statement: this side has seen no answer. */
  get runs(): boolean {
    return !this.#answered
  }

  /** Notes that a KILL is requested. The result of the KILL goes to `settled`. */
  begin(): void {
    this.#asked = true
  }

  settled(stop: Stop): void {
    this.#stop = stop
    this.#held?.(stop)
  }

  /**
   * Notes the answer to the statement.
   * @returns true where a KILL was requested: `next` is called once no KILL can arrive any more. False where the caller can go
   * on at once
   */
  answered(next: (stop: Stop) => void): boolean {
    if (!this.#asked || this.#answered) return false
    this.#answered = true
    if (this.#stop === undefined) this.#held = next
    else next(this.#stop)
    return true
  }

  /** The error of a statement that was aborted before the send. */
  notSent(): HostpoolError {
    return this.#error('The statement was aborted before it was sent')
  }

  /** The error that the borrower of an aborted statement gets, where the statement was sent and has failed with `error`. */
  trueOf(error: Error, host: string): Error {
    if (isInterrupted(error)) return this.#error(`The statement was aborted, and ${host} has stopped it`, host)
    const isUnknown = isHostpoolError(error) && error.code === 'ERR_HOSTPOOL_OUTCOME_UNKNOWN'
    if (isUnknown || errorClassOf(error) !== ErrorClass.lost) return error
    return this.#error(
      `The statement was aborted, and its connection to ${host} is closed: the server may still be running the statement`,
      host,
    )
  }

  /** The error for the reader of an aborted stream, whatever becomes of the statement. */
  readAborted(): HostpoolError {
    return this.#error('The stream of rows was aborted')
  }

  /** The error of an aborted read that the server has answered without an error: the answer may be incomplete. */
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

/** Whether the server's error says that a KILL has stopped the statement. */
export function isInterrupted(error: Error | null): boolean {
  return error !== null && 'errno' in error && INTERRUPTED.has(error.errno)
}

/**
 * The error with which the connection of an aborted statement is closed: the KILL did not reach the server, or did not stop the
 * statement.
 */
export function abortedConnection(why: string): Error {
  return Object.assign(new Error(`the statement was aborted, and ${why}`), {
    code: 'PROTOCOL_CONNECTION_LOST',
    fatal: true,
  })
}
