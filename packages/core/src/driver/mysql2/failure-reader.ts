import type { CallContext } from '../../call-context.js'
import { ErrorClass, errorClassOf } from '../../errors/error-class.js'
import { HostpoolError, isHostpoolError } from '../../errors/hostpool-error.js'
import type { Decoding, TypeCast, TypeCastField } from '../../sql/decoding.js'
import type { RawCommand, RawConnection, RawError } from './mysql2-internals.js'
import { withHost } from './with-host.js'

/** A failed command, and what ends with it: `connection` without any fault of its host, `lost` by the host or the network. */
export interface Failed {
  readonly error: Error
  readonly ends: 'nothing' | 'connection' | 'lost'
}

/** Type code of JSON columns. MariaDB sends them as text and says so beside it. */
const JSON_TYPE = 245

/** Errors of the server's about packets: it, or this side, has lost the thread. 1153: a packet larger than it takes. */
const OUT_OF_STEP: ReadonlySet<unknown> = new Set([1153, 1154, 1155, 1156, 1157, 1835])

/**
 * Tells what became of a connection by the error that a command ended in. Only the server's own error packet is a complete
 * answer. After a row that could not be decoded, rows may follow; after a timeout, the answer does: nothing that arrives on
 * such a connection could be told from the answer to the next statement.
 */
export class FailureReader {
  /** mysql2's command under way. */
  command: RawCommand | undefined
  /** The caller's, in which its `typeCast` runs. */
  #context: CallContext | undefined
  readonly #host: string
  /** The column that the application's `typeCast` has looked at last. */
  #column: string | undefined

  constructor(host: string) {
    this.#host = host
  }

  /** The next command begins. */
  begin(context?: CallContext): void {
    this.command = undefined
    this.#context = context
    this.#column = undefined
  }

  /** A decoding whose `typeCast` leaves a trace of the column it was called for. */
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

  /** @param mayHaveRun - whether anything was sent that the server runs */
  read(error: RawError, { stream }: Pick<RawConnection, 'stream'>, mayHaveRun: boolean): Failed {
    if (isHostpoolError(error)) return { error, ends: 'nothing' }
    if (this.#isFromDecoding(error)) return { error: this.#decodeError(error), ends: 'connection' }
    const known = withHost(error, this.#host)
    if (error.code === 'PROTOCOL_SEQUENCE_TIMEOUT') return { error: known, ends: 'connection' }
    if (isErrorPacket(error)) {
      if (OUT_OF_STEP.has(error.errno)) return { error: known, ends: 'connection' }
      return { error: known, ends: errorClassOf(error) === ErrorClass.lost ? 'lost' : 'nothing' }
    }
    // The application's values, for one: nothing was sent.
    if (error.fatal !== true) return { error: known, ends: 'nothing' }
    // An exception while mysql2 read a packet; the socket is still there at this moment.
    if (!stream.destroyed && mayHaveRun && !isOfNetwork(error)) {
      return { error: this.#decodeError(error), ends: 'connection' }
    }
    return { error: known, ends: 'lost' }
  }

  /** mysql2 keeps such an error on its command. */
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

  /** Where nothing but mysql2 decodes, JSON is what can fail. */
  #jsonColumns(): readonly string[] {
    // oxlint-disable-next-line no-underscore-dangle -- the name is mysql2's
    const fields = this.command?._fields?.at(-1) ?? []
    return fields
      .filter(({ columnType, extendedFormat }) => columnType === JSON_TYPE || extendedFormat === 'json')
      .map(({ name }) => name)
  }
}

/** A write that fails is told before its socket counts as destroyed. */
function isOfNetwork({ errno, code }: RawError): boolean {
  return (typeof errno === 'number' && errno < 0) || errorClassOf({ code }) === ErrorClass.lost
}

/** The server's own words have a number and a state; errors of sockets have a negative number, or none. */
function isErrorPacket({ errno, sqlState }: RawError): boolean {
  return typeof errno === 'number' && errno > 0 && typeof sqlState === 'string'
}
