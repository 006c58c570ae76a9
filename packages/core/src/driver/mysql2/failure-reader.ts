import type { CallContext } from '../../call-context.js'
import { ErrorClass, errorClassOf } from '../../errors/error-class.js'
import { HostpoolError, isHostpoolError } from '../../errors/hostpool-error.js'
import type { Decoding, TypeCast, TypeCastField } from '../../sql/decoding.js'
import type { RawCommand, RawConnection, RawError } from './mysql2-internals.js'
import { withHost } from './with-host.js'

/**
 * A failed command, and what ends with the command: `nothing`, the `connection` without any fault of its host, or the
 * connection that the host or the network has `lost`.
 */
export interface Failed {
  readonly error: Error
  readonly ends: 'nothing' | 'connection' | 'lost'
}

/** Type code of JSON columns. MariaDB sends JSON as text, and names the format in extended metadata. */
const JSON_TYPE = 245

/**
 * Errors of the server about packets: the server, or this side, is out of step. 1153: a packet larger than the server accepts.
 */
const OUT_OF_STEP: ReadonlySet<unknown> = new Set([1153, 1154, 1155, 1156, 1157, 1835])

/**
 * Tells from the error of a command whether its connection can go on. Only the server's own error packet is a complete answer.
 * After a row that could not be decoded, more rows may follow; after a timeout, the answer may. On such a connection, late data
 * could not be told from the answer to the next statement.
 */
export class FailureReader {
  /** The current command of mysql2. */
  command: RawCommand | undefined
  /** The caller's asynchronous context, in which its `typeCast` runs. */
  #context: CallContext | undefined
  readonly #host: string
  /** The last column that the application's `typeCast` was called for. */
  #column: string | undefined

  constructor(host: string) {
    this.#host = host
  }

  /** @param context - the asynchronous context of the caller of the next command */
  callsIn(context: CallContext | undefined): void {
    this.#context = context
    this.#column = undefined
  }

  /** The decoding, with a `typeCast` that notes the column of each call. */
  watched(decoding: Decoding): Decoding {
    return typeof decoding.typeCast === 'function'
      ? { ...decoding, typeCast: this.watchedTypeCast(decoding.typeCast) }
      : decoding
  }

  watchedTypeCast(typeCast: Exclude<TypeCast, boolean>): TypeCast {
    return (field: TypeCastField, next: () => unknown): unknown => {
      this.#column = field.name
      return this.#context === undefined
        ? typeCast(field, next)
        : this.#context.runInAsyncScope(typeCast, undefined, field, next)
    }
  }

  /** @param mayHaveRun - whether the server may have run the command */
  read(error: RawError, { stream }: Pick<RawConnection, 'stream'>, mayHaveRun: boolean): Failed {
    if (isHostpoolError(error)) return { error, ends: 'nothing' }
    if (this.#isFromDecoding(error)) return { error: this.#decodeError(error), ends: 'connection' }
    const known = withHost(error, this.#host)
    if (error.code === 'PROTOCOL_SEQUENCE_TIMEOUT') return { error: known, ends: 'connection' }
    if (isErrorPacket(error)) {
      if (OUT_OF_STEP.has(error.errno)) return { error: known, ends: 'connection' }
      return { error: known, ends: errorClassOf(error) === ErrorClass.lost ? 'lost' : 'nothing' }
    }
    // Not sent at all: because of the application's values, for example.
    if (error.fatal !== true) return { error: known, ends: 'nothing' }
    // An exception while mysql2 was reading a packet: the socket still exists at this moment.
    if (!stream.destroyed && mayHaveRun && !isOfNetwork(error)) {
      return { error: this.#decodeError(error), ends: 'connection' }
    }
    return { error: known, ends: 'lost' }
  }

  /** mysql2 keeps an error of decoding on its command. */
  #isFromDecoding(error: unknown): boolean {
    // oxlint-disable-next-line no-underscore-dangle -- the name is mysql2's
    return this.command?._localStreamError === error
  }

  #decodeError(cause: RawError): HostpoolError {
    const columns = this.#column === undefined ? this.#jsonColumns() : [this.#column]
    const where = columns.length === 0 ? '' : ` of column ${columns.map((name) => `'${name}'`).join(' or ')}`
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new HostpoolError(
      'ERR_HOSTPOOL_DECODE_FAILED',
      `An answer${where} could not be decoded (${reason}); the server has run the statement, and its connection is closed`,
      { host: this.#host, cause },
    )
  }

  /** Without a `typeCast`, only JSON columns can fail to decode. */
  #jsonColumns(): readonly string[] {
    // oxlint-disable-next-line no-underscore-dangle -- the name is mysql2's
    const fields = this.command?._fields?.at(-1) ?? []
    return fields
      .filter(({ columnType, extendedFormat }) => columnType === JSON_TYPE || extendedFormat === 'json')
      .map(({ name }) => name)
  }
}

/** Whether an error is the network's: mysql2 reports a failed write before the socket counts as destroyed. */
function isOfNetwork({ errno, code }: RawError): boolean {
  return (typeof errno === 'number' && errno < 0) || errorClassOf({ code }) === ErrorClass.lost
}

/**
 * Whether an error is a server's error packet, which has a positive number and an SQL state. Errors of sockets have a negative
 * number, or none.
 */
function isErrorPacket({ errno, sqlState }: RawError): boolean {
  return typeof errno === 'number' && errno > 0 && typeof sqlState === 'string'
}
