import { tracingChannel } from 'node:diagnostics_channel'

import type { Decoding } from '../statement/decoding.js'
import { RecentTexts } from '../statement/recent-texts.js'
import { executionPacket, isUtf8 } from './execution-packet.js'
import { type KnownColumns, type KnownExecuteClass, knownExecuteClass } from './known-execute.js'
import type { ExecuteClass, RawCommand, RawConnection, RawDone } from './mysql2-internals.js'

/** Capability: statements carry attributes, and parameters are counted. */
const QUERY_ATTRIBUTES = 1 << 27

interface KnownStatement {
  /** Under which mysql2 keeps it prepared. */
  readonly key: string
  columns: KnownColumns | undefined
}

const NOTHING: readonly unknown[] = []

/** Shared by all connections, because a statement has the same columns on each of them. */
const statements = new RecentTexts<KnownStatement>(500)

/** Where those listen who trace mysql2's prepared statements. */
const traced = tracingChannel('mysql2:execute')

/** mysql2's command exists once per copy of mysql2, of which a process has one. */
let Known: KnownExecuteClass | undefined

/**
 * Sends statements that are prepared on a connection already by the shortest way. Whatever is unusual goes through mysql2's
 * `execute`: the first run, values of rare types, another charset, and everything as soon as somebody traces mysql2.
 */
export class PreparedAgain {
  readonly #raw: RawConnection
  readonly #execute: object | undefined

  constructor(raw: RawConnection) {
    this.#raw = raw
    this.#execute = executeOf(raw)
  }

  /**
   * Only for a connection that nothing else is under way on.
   * @returns false when nothing was sent
   */
  send(sql: string, values: unknown, decoding: Decoding, done: RawDone): boolean {
    const known = statements.get(sql)
    if (known === undefined || Known === undefined || !isList(values)) return false
    const raw = this.#raw
    // oxlint-disable-next-line no-underscore-dangle -- the name is mysql2's
    const statement = raw._statements.get(known.key)
    if (statement === undefined || !this.#isUsual()) return false
    const counted = (raw.config.clientFlags & raw.serverCapabilityFlags & QUERY_ATTRIBUTES) !== 0
    const packet = executionPacket(statement, values ?? NOTHING, counted)
    if (packet === undefined) return false
    const { columns } = known
    const learnt = (found: KnownColumns): void => void (known.columns = found)
    const same = columns?.decoding === decoding ? columns : undefined
    raw.addCommand(new Known({ statement, sql, packet, decoding, known: same, learnt }, done))
    return true
  }

  /** A statement was handed to mysql2: from now on it is known. */
  note(sql: string, command: RawCommand): void {
    Known ??= knownExecuteClass(command.constructor as ExecuteClass)
    if (statements.get(sql) !== undefined) return
    // mysql2 spells out the options of the statement in its key; these have none.
    const Connection = this.#raw.constructor as unknown as { statementKey(statement: { sql: string }): string }
    statements.set(sql, { key: Connection.statementKey({ sql }), columns: undefined })
  }

  #isUsual(): boolean {
    const { config } = this.#raw
    return (
      this.#execute !== undefined &&
      executeOf(this.#raw) === this.#execute &&
      !traced.hasSubscribers &&
      config.disableEval !== true &&
      isUtf8(config.charsetNumber)
    )
  }
}

/** None when tracers have wrapped it, who mark their work so: they are to see every statement. */
function executeOf(raw: RawConnection): object | undefined {
  // oxlint-disable-next-line typescript/unbound-method -- it is compared, and not called
  const { execute }: { execute: object } = raw
  return '__wrapped' in execute ? undefined : execute
}

function isList(values: unknown): values is readonly unknown[] | undefined {
  return values === undefined || Array.isArray(values)
}
