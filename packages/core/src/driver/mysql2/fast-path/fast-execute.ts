import type { Decoding } from '../../../sql/decoding.js'
import { StatementCache } from '../../../sql/statement-cache.js'
import { executionPacket } from './execution-packet.js'
import { isAsKnown } from './is-as-known.js'
import { type KnownCommandClass, knownCommandClass, type KnownStatement } from './known-command.js'
import type { CommandClass, ExecuteOptions, RawCommand, RawConnection, RawDone } from '../mysql2-internals.js'
import { FastPathGate } from './fast-path-gate.js'

interface PreparedStatement extends KnownStatement {
  /** The key under which mysql2 keeps the statement prepared. */
  readonly key: string
}

const NOTHING: readonly unknown[] = []

/** Shared by all connections, because a statement has the same columns on every connection. */
const statements = new StatementCache<PreparedStatement>(500)

/** Made from mysql2's command class, which exists once per copy of mysql2; a process has one copy. */
let KnownExecute: KnownCommandClass<ExecuteOptions> | 'not as known' | undefined

/**
 * Sends statements that are already prepared on a connection by the shortest way. Every unusual case goes through mysql2's
 * `execute`: the first run, values of rare types, another charset, and all statements while mysql2 is traced.
 */
export class FastExecute {
  readonly #raw: RawConnection
  readonly #way: FastPathGate

  constructor(raw: RawConnection) {
    this.#raw = raw
    this.#way = new FastPathGate(raw, 'execute')
  }

  /**
   * @returns the command; undefined when nothing was sent
   */
  send(sql: string, values: unknown, decoding: Decoding, done: RawDone): RawCommand | undefined {
    const known = statements.get(sql)
    if (known === undefined || KnownExecute === undefined || KnownExecute === 'not as known' || !isList(values))
      return undefined
    const raw = this.#raw
    // oxlint-disable-next-line no-underscore-dangle -- the name is mysql2's
    const statement = raw._statements.get(known.key)
    if (statement === undefined || !this.#way.isOpen) return undefined
    const packet = executionPacket(statement, values ?? NOTHING, this.#way.isCounted)
    if (packet === undefined) return undefined
    const command = new KnownExecute({ statement, sql }, { packet, decoding, statement: known }, done)
    raw.addCommand(command)
    return command
  }

  /** Notes a statement that mysql2 has sent: from now on the statement is known. */
  note(sql: string, command: RawCommand): void {
    KnownExecute ??= isAsKnown(command, this.#raw)
      ? knownCommandClass(command.constructor as CommandClass<ExecuteOptions>)
      : 'not as known'
    if (statements.get(sql) !== undefined) return
    // mysql2's key contains the options of the statement; this statement has none.
    const Connection = this.#raw.constructor as unknown as { statementKey(statement: { sql: string }): string }
    statements.set(sql, { key: Connection.statementKey({ sql }), columns: undefined })
  }
}

function isList(values: unknown): values is readonly unknown[] | undefined {
  return values === undefined || Array.isArray(values)
}
