import type { Decoding } from '../../../sql/decoding.js'
import { StatementCache } from '../../../sql/statement-cache.js'
import { isAsKnown } from './is-as-known.js'
import { type KnownCommandClass, knownCommandClass, type KnownStatement } from './known-command.js'
import type { CommandClass, QueryOptions, RawCommand, RawConnection, RawDone } from '../mysql2-internals.js'
import { queryPacket } from './query-packet.js'
import { FastPathGate } from './fast-path-gate.js'

/** Keyed by text without values. Shared by all connections, because a statement has the same columns on every connection. */
const statements = new StatementCache<KnownStatement>(500)

/** Made from mysql2's command class, which exists once per copy of mysql2; a process has one copy. */
let KnownQuery: KnownCommandClass<QueryOptions> | 'not as known' | undefined

/**
 * Sends statements whose text has been seen before by a shorter way than mysql2's `query`. All others go through `query`: the
 * first run, another charset, and all statements while mysql2 is traced. mysql2 puts the values into the text.
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

  /** Notes a statement that mysql2 has sent: from now on the statement is known. */
  note(sql: string, command: RawCommand): void {
    KnownQuery ??= isAsKnown(command, this.#raw)
      ? knownCommandClass(command.constructor as CommandClass<QueryOptions>)
      : 'not as known'
    if (statements.get(sql) === undefined) statements.set(sql, { columns: undefined })
  }
}
