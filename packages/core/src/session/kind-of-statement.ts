import { formatSql } from '../driver/sql-text.js'
import type { Decoding } from '../statement/decoding.js'
import { bringsSql } from '../statement/raw-values.js'
import type { StatementOptions } from '../statement/statement.js'
import { type StatementKind, statementKind, type StatementKinds } from '../statement/statement-kind.js'

/**
 * What a statement does. Its text tells, remembered, unless a value brings SQL of its own: then the text with its values in it is
 * looked at. A prepared statement's values are no text.
 */
export function kindOfStatement(
  kinds: StatementKinds,
  statement: StatementOptions,
  prepared: boolean,
  decoding?: Decoding,
): StatementKind {
  const { sql, values } = statement
  if (prepared || !bringsSql(values)) return kinds.of(sql)
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
