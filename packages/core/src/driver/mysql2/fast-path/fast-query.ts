import type { Decoding } from '../../../sql/decoding.js'
import { StatementCache } from '../../../sql/statement-cache.js'
import { isAsKnown } from './is-as-known.js'
import { type KnownCommandClass, knownCommandClass, type KnownStatement } from './known-command.js'
import type { CommandClass, QueryOptions, RawCommand, RawConnection, RawDone } from '../mysql2-internals.js'
import { queryPacket } from './query-packet.js'
import { FastPathGate } from './fast-path-gate.js'

/** By their text before values are put in. Shared by all connections, because a statement has the same columns on each of them. */
const statements = new StatementCache<KnownStatement>(500)

/** mysql2's command exists once per copy of mysql2, of which a process has one. */
let KnownQuery: KnownCommandClass<QueryOptions> | 'not as known' | undefined

/**
 * Sends statements whose text has been seen before by a shorter way than mysql2's `query`, which all others go: the first run,
 * another charset, and everything as soon as mysql2 is traced. Values are put in by mysql2.
 */
export class FastQuery {
  readonly #raw: RawConnection
  readonly #way: FastPathGate

  constructor(raw: RawConnection) {
    this.#raw = raw
    this.#way = new FastPathGate(raw, 'query')
  }

  /**
   * @returns the command; undefined when nothing was sent
   */
  send(sql: string, values: unknown, decoding: Decoding, done: RawDone): RawCommand | undefined {
    const statement = statements.get(sql)
    if (statement === undefined || KnownQuery === undefined || KnownQuery === 'not as known' || !this.#way.isOpen)
      return undefined
    const raw = this.#raw
    const text = values === undefined ? sql : raw.format(sql, values)
    const packet = queryPacket(text, this.#way.isCounted)
    const command = new KnownQuery({ sql: text }, { packet, decoding, statement }, done)
    raw.addCommand(command)
    return command
  }

  /** A statement was handed to mysql2: from now on it is known. */
  note(sql: string, command: RawCommand): void {
    KnownQuery ??= isAsKnown(command, this.#raw)
      ? knownCommandClass(command.constructor as CommandClass<QueryOptions>)
      : 'not as known'
    if (statements.get(sql) === undefined) statements.set(sql, { columns: undefined })
  }
}
