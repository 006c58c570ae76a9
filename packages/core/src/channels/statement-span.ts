import type { RowReceiver, StatementDone } from '../driver/port.js'
import { isOutcomeUnknown } from '../errors/hostpool-error.js'
import { statementVerb } from '../sql/statement-verb.js'
import type { StatementKind } from '../sql/statement-kind.js'
import { channels } from './channels.js'
import type { RetryCause } from './retry-cause.js'
import { rowCounts } from './row-counts.js'
import { Span, type ChannelMessage, type SpanSource } from './span.js'

/** One sending of a statement. */
export interface SentStatement {
  /** `name:port`. */
  readonly host: string
  /** Milliseconds after the call. */
  readonly at: number
  /** The reason: the first sending, a hedge, or the cause of a retry. */
  readonly cause: 'first' | 'hedge' | RetryCause
}

/**
 * The message of `mysql-hostpool:statement`: one for each query, execute and stream. The message has no values of the statement.
 */
export interface StatementMessage extends ChannelMessage {
  /** How the statement was asked for. */
  readonly command: 'query' | 'execute' | 'stream'
  /** The kind of the statement, as the pool knows it: `read` is certainly a read. */
  readonly kind: StatementKind['kind']
  /** The text as the caller gave it, with its placeholders. A getter, since a text with values written into it may be secret. */
  readonly sql: string
  /** The first word of the text in lower case: `select`. Empty where the text begins with no word. A getter. */
  readonly verb: string
  /** The host that the statement was sent to last, as `name:port`; undefined before the first sending. */
  readonly host: string | undefined
  /** The version of that host's server, in the server's words: `10.11.19-MariaDB`. */
  readonly serverVersion: string | undefined
  /** How often the statement was sent. */
  readonly attempts: number
  /** Each sending of the statement. */
  readonly sent: readonly SentStatement[]
  /** Whether the statement was sent to a second host as well, because the first gave no answer. */
  readonly hedged: boolean
  /** Whether the statement failed on one host and was sent to another. */
  readonly retriedElsewhere: boolean
  /** Milliseconds not on the wire: the statement waited for a connection, and for its turn there. Known at the end. */
  readonly waited: number
  /** Milliseconds on the wire, in all: until the answer was read, or the error was handled. Known at the end. */
  readonly wire: number
  /** The number of rows of the answer; undefined for an answer without rows. */
  readonly rows: number | undefined
  /** The number of rows that the statement has affected; undefined for an answer with rows. */
  readonly affectedRows: number | undefined
  /**
   * `done`; `failed`: the caller got an error; `unknown`: the caller got ERR_HOSTPOOL_OUTCOME_UNKNOWN, the statement may have
   * run. Undefined until the end.
   */
  readonly outcome: 'done' | 'failed' | 'unknown' | undefined
}

/** Follows one statement, while there are subscribers. */
export class StatementSpan extends Span implements StatementMessage {
  readonly command: StatementMessage['command']
  readonly kind: StatementMessage['kind']
  host: string | undefined
  serverVersion: string | undefined
  attempts = 0
  readonly sent: SentStatement[] = []
  hedged = false
  retriedElsewhere = false
  waited = 0
  wire = 0
  rows: number | undefined
  affectedRows: number | undefined
  outcome: StatementMessage['outcome']
  readonly #sql: string
  #verb: string | undefined
  #cause: SentStatement['cause'] = 'first'
  /** The time at which the statement went on the wire; undefined while it is not there. */
  #wireSince: number | undefined
  #streamed = 0

  constructor(source: SpanSource, command: StatementMessage['command'], sql: string, kind: StatementMessage['kind']) {
    super(source)
    this.command = command
    this.kind = kind
    this.#sql = sql
  }

  get sql(): string {
    return this.#sql
  }

  get verb(): string {
    this.#verb ??= statementVerb(this.#sql)
    return this.#verb
  }

  start(): this {
    this.startOn(channels.statement)
    return this
  }

  /** Notes that the statement is put on the wire. */
  noteSent(host: string, serverVersion: string): void {
    const at = this.elapsed
    const cause = this.#cause
    if (cause === 'hedge') this.hedged = true
    else if (cause !== 'first' && host !== this.host) this.retriedElsewhere = true
    this.attempts += 1
    this.sent.push({ host, at, cause })
    this.host = host
    this.serverVersion = serverVersion
    // A hedge is sent while the first statement is still on the wire.
    this.#wireSince ??= at
  }

  /** Notes that the next sending is a hedge. */
  noteHedge(): void {
    this.#cause = 'hedge'
  }

  /** Notes that the statement has failed, and that the next sending is a retry. */
  noteRetry(cause: RetryCause): void {
    this.#offWire(this.elapsed)
    this.#cause = cause
  }

  /** @returns a receiver of the rows of a stream that counts them, and hands them to `receiver` */
  receiving(receiver: RowReceiver): RowReceiver {
    let isHeader = true
    return {
      fields: (fields) => {
        isHeader = fields === undefined
        receiver.fields(fields)
      },
      row: (row) => {
        if (!isHeader) this.#streamed += 1
        receiver.row(row)
      },
      done: (error) => receiver.done(error),
    }
  }

  /** @returns a callback in place of `done`, which ends the span and then calls `done` */
  ending(done: StatementDone): StatementDone {
    return (error, result, fields) => {
      this.end(error, result, fields)
      done(error, result, fields)
    }
  }

  end(...[error, result, fields]: Parameters<StatementDone>): void {
    const duration = this.elapsed
    this.#offWire(duration)
    this.waited = duration - this.wire
    if (error === null) {
      this.outcome = 'done'
      const { rows, affectedRows } = rowCounts(result, fields)
      // The rows of a stream went through `receiving`, and its end has no list of them.
      this.rows = this.command === 'stream' && fields !== undefined ? this.#streamed : rows
      this.affectedRows = affectedRows
    } else {
      this.outcome = isOutcomeUnknown(error) ? 'unknown' : 'failed'
    }
    this.finishOn(channels.statement, error ?? undefined)
  }

  #offWire(now: number): void {
    if (this.#wireSince !== undefined) this.wire += now - this.#wireSince
    this.#wireSince = undefined
  }
}
