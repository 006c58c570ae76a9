/** Makes a statement run in UTC in a session of another zone. */
export type ToUtcStatement = (sql: string) => string

/** For sessions that are already in UTC. */
export const asItIs: ToUtcStatement = (sql) => sql

/** MariaDB: for any kind of statement. */
export const withSetStatement: ToUtcStatement = (sql) => `SET STATEMENT time_zone='+00:00' FOR ${sql}`

const HINT = "SET_VAR(time_zone='+00:00')"
/** Blanks, comments that are no hints, and parentheses before the first word. */
const LEAD = String.raw`(?:[\s(]|\/\*(?![!+])[\s\S]*?\*\/|--(?=\s)[^\n]*\n|#[^\n]*\n)*`
const HINTABLE = new RegExp(`^${LEAD}(?:select|insert|replace|update|delete)\\b`, 'i')
const COMMON_TABLE = new RegExp(`^${LEAD}with\\b`, 'i')
const FIRST_SELECT = /\bselect\b/i
const HINTS_FOLLOW = /^\s*\/\*\+/

/**
 * MySQL from 8.0.17 on: an optimizer hint, which statements that read or write rows take. Other statements (CALL, SHOW, DDL)
 * stay as they are, and handle points in time in the session's zone.
 */
export const withHint: ToUtcStatement = (sql) => {
  const word = HINTABLE.exec(sql) ?? (COMMON_TABLE.test(sql) ? FIRST_SELECT.exec(sql) : null)
  if (word === null) return sql
  const end = word.index + word[0].length
  const rest = sql.slice(end)
  const given = HINTS_FOLLOW.exec(rest)?.[0]
  // A statement has one comment of hints; the server would ignore a second one.
  if (given !== undefined) return `${sql.slice(0, end)}${given} ${HINT}${rest.slice(given.length)}`
  return `${sql.slice(0, end)} /*+ ${HINT} */${rest}`
}
