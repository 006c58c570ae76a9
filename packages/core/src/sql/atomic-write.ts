import { recentKind } from './statement-kind.js'
import { statementVerb } from './statement-verb.js'

const CHANGES_ROWS: ReadonlySet<string> = new Set(['insert', 'replace', 'update', 'delete'])

/**
 * True for a text with one INSERT, REPLACE, UPDATE or DELETE and nothing else. On tables with transactions such a statement
 * does all of its work, or none when it fails, because its triggers and functions cannot commit. False where the text does not
 * tell for certain.
 */
export function isAtomicWrite(sql: string): boolean {
  const { kind, commitsFirst, several } = recentKind(sql)
  return kind === 'write' && commitsFirst !== true && several !== true && CHANGES_ROWS.has(statementVerb(sql))
}
