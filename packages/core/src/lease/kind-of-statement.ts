import { formatSql } from '../driver/mysql2/sql-text.js'
import { HostpoolError } from '../errors/hostpool-error.js'
import type { Decoding } from '../sql/decoding.js'
import { bringsSql } from '../sql/raw-values.js'
import type { StatementOptions } from '../sql/statement.js'
import { type StatementKind, statementKind, type StatementKinds } from '../sql/statement-kind.js'

/**
 * The kind of a statement that a pool can send. The kind is read off the text and remembered, unless a value brings SQL of its
 * own. The values of a prepared statement never become part of the text.
 * @throws ERR_HOSTPOOL_UNSUPPORTED for KILL with the number of a connection
 */
export function kindOfStatement(
  kinds: StatementKinds,
  statement: StatementOptions,
  prepared: boolean,
  decoding?: Decoding,
): StatementKind {
  const { sql, values } = statement
  const kind =
    prepared || values === undefined || !bringsSql(values) ? kinds.of(sql) : kindWithValues(kinds, statement, decoding)
  if (kind.kills === true) throw killError()
  return kind
}

/** The kind of a statement by its text with the values inserted. */
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
    // The send of the statement throws the same error.
    return kinds.of(sql)
  }
}

function killError(): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    'KILL with the number of a connection is not sent through a pool: the number means nothing to another host, and on its ' +
      'own host the connection may belong to another borrower by now. Give the statement a signal, query({ sql, signal }), ' +
      'and abort the signal; to end a connection that is not the pool’s, connect to its host with mysql2',
  )
}
