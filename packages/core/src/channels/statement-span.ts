import type { RowReceiver, StatementDone } from '../driver/port.js'
import { isOutcomeUnknown } from '../errors/hostpool-error.js'
import { statementVerb } from '../sql/statement-verb.js'
import type { StatementKind } from '../sql/statement-kind.js'
import { channels } from './channels.js'
import type { RetryCause } from './retry-cause.js'
import { rowCounts } from './row-counts.js'
import { Span, type ChannelMessage, type SpanSource } from './span.js'

/** One time that a statement was sent. */
export interface SentStatement {
  /** `name:port`. */
  readonly host: string
  /** Milliseconds after the call. */
  readonly at: number
  /** Why: for the first time, as a hedge, or again after such a failure. */
  readonly cause: 'first' | 'hedge' | RetryCause
}

/** What `mysql-hostpool:statement` tells of a query, an execute or a stream. Nothing of its values. */
export interface StatementMessage extends ChannelMessage {
  /** How the statement was asked for. */
  readonly command: 'query' | 'execute' | 'stream'
  /** What the pool takes the statement for: `read` is certainly one. */
  readonly kind: StatementKind['kind']
  /** The text as it was given, with its placeholders. A getter: a text with values written into it may be secret. */
  readonly sql: string
  /** The first word of the text in small letters: `select`. Empty where it begins with none. A getter. */
  readonly verb: string
  /** The host that was asked last, as `name:port`; undefined while none has been. */
  readonly host: string | undefined
  /** The version of that server, as it says it: `10.11.19-MariaDB`. */
  readonly serverVersion: string | undefined
  /** How often it was sent. */
  readonly attempts: number
  /** Each time that it was sent. */
  readonly sent: readonly SentStatement[]
  /** A second host was asked, because the first gave no answer. */
  readonly hedged: boolean
  /** It failed on one host and was sent to another. */
  readonly retriedElsewhere: boolean
  /** Milliseconds before and between the times that it was on the wire: for a connection, and for its turn there. Known at the end. */
  readonly waited: number
  /** Milliseconds on the wire, in all: until its answer was read, or its error dealt with. Known at the end. */
  readonly wire: number
  /** The rows of the answer; undefined for an answer without rows. */
  readonly rows: number | undefined
  /** The rows that a statement without rows has affected. */
  readonly affectedRows: number | undefined
  /**
   * `done`; `failed`: the caller got an error; `unknown`: the caller got ERR_HOSTPOOL_OUTCOME_UNKNOWN, the statement may have run.
   * Undefined until the end.
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
  /** When it went on the wire, while it is there. */
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

  /** It is put on the wire. */
  noteSent(host: string, serverVersion: string): void {
    const at = this.elapsed
    const cause = this.#cause
    if (cause === 'hedge') this.hedged = true
    else if (cause !== 'first' && host !== this.host) this.retriedElsewhere = true
    this.attempts += 1
    this.sent.push({ host, at, cause })
    this.host = host
    this.serverVersion = serverVersion
    // A hedge is sent while the first is still on the wire.
    this.#wireSince ??= at
  }

  /** It is about to be sent to a second host. */
  noteHedge(): void {
    this.#cause = 'hedge'
  }

  /** It has failed, and is about to be sent again. */
  noteRetry(cause: RetryCause): void {
    this.#offWire(this.elapsed)
    this.#cause = cause
  }

  /** @returns what takes the rows of a stream in place of `receiver`, and counts them */
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

  /** @returns what is told of the statement's end in place of `done`: the span ends, then `done` is told */
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
      // The rows of a stream have gone by, and what it ends with is no list of them.
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
