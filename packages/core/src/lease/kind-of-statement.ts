import { formatSql } from '../driver/mysql2/sql-text.js'
import { HostpoolError } from '../errors/hostpool-error.js'
import type { Decoding } from '../sql/decoding.js'
import { bringsSql } from '../sql/raw-values.js'
import type { StatementOptions } from '../sql/statement.js'
import { type StatementKind, statementKind, type StatementKinds } from '../sql/statement-kind.js'

/**
 * What a statement does, where the pool can send it. Its text tells, remembered, unless a value brings SQL of its own. A prepared
 * statement's values are no text.
 * @throws ERR_HOSTPOOL_UNSUPPORTED for KILL of a connection by its number
 */
export function kindOfStatement(
  kinds: StatementKinds,
  statement: StatementOptions,
  prepared: boolean,
  decoding?: Decoding,
): StatementKind {
  const { sql, values } = statement
  const kind = prepared || !bringsSql(values) ? kinds.of(sql) : kindWithValues(kinds, statement, decoding)
  if (kind.kills === true) throw killError()
  return kind
}

/** What a statement does by its text with the values in it. */
function kindWithValues(
  kinds: StatementKinds,
  statement: StatementOptions,
  decoding: Decoding | undefined,
): StatementKind {
  const { sql, values } = statement
  const { stringifyObjects, timezone } = { ...decoding, ...statement.decoding }
  const namedPlaceholders =
    statement.namedPlaceholders ?? statement.decoding?.namedPlaceholders ?? decoding?.namedPlaceholders
  try {
    return statementKind(
      formatSql(sql, values, { noBackslashEscapes: false, stringifyObjects, timezone, namedPlaceholders }),
    )
  } catch {
    // The same is thrown when it is sent.
    return kinds.of(sql)
  }
}

function killError(): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    'KILL with the number of a connection is not sent through a pool: the number means nothing to another host, and on its own host ' +
      'the connection may belong to another borrower by now. Give the statement a signal, query({ sql, signal }), and abort that; for ' +
      'connections that are not the pool’s, take a connection of mysql2 to their host',
  )
}
