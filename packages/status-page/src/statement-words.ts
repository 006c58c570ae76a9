import type { SentStatement, StatementMessage } from '@mysql-hostpool/core'

import type { Told } from './event-log.js'
import { oneLine } from './words.js'

/** The part of a statement that the words tell of. */
export type StatementFacts = Pick<StatementMessage, 'sql' | 'verb' | 'sent' | 'outcome' | 'errorType' | 'host'>

/**
 * The words for a statement whose outcome is unknown, or that was sent more than once. Undefined for other statements, which are
 * nearly all.
 * @param showSql - whether the text of the statement is shown
 */
export function statementWords(statement: StatementFacts, showSql: boolean): Told | undefined {
  const { outcome, sent, host = 'no host', errorType } = statement
  const name = nameOf(statement, showSql)
  if (outcome === 'unknown') {
    const code = errorType === undefined ? '' : ` (${errorType})`
    return { level: 'bad', text: `${name} may or may not have run on ${host}${code}` }
  }
  const last = sent.at(-1)
  if (sent.length < 2 || last === undefined) return undefined
  const failed = outcome === 'failed' ? `, and failed${errorType === undefined ? '' : ` (${errorType})`}` : ''
  const { cause } = last
  if (cause === 'first') return undefined
  const before = sent.at(-2)?.host ?? 'its host'
  const how = cause === 'hedge' ? `was asked of ${last.host} too` : `was sent again, to ${last.host}`
  return { level: failed === '' ? 'odd' : 'bad', text: `${name} ${how}: ${WHY[cause](before)}${failed}` }
}

const WHY: Readonly<Record<Exclude<SentStatement['cause'], 'first'>, (host: string) => string>> = {
  hedge: (host) => `${host} gave no answer`,
  lost: (host) => `its connection to ${host} was lost`,
  notReady: (host) => `${host} was not ready`,
  readOnly: (host) => `${host} takes no writes`,
  conflict: (host) => `on ${host} another transaction came first`,
}

function nameOf({ sql, verb }: StatementFacts, showSql: boolean): string {
  if (showSql) return `“${oneLine(sql, 200)}”`
  // The first word of a text that is no SQL may be anything, also a secret.
  return /^[a-z]{2,12}$/.test(verb) ? `${article(verb)} ${verb.toUpperCase()}` : 'A statement'
}

function article(verb: string): string {
  return /^[aeiou]/.test(verb) ? 'An' : 'A'
}
