import { recentKind } from './statement-kind.js'
import { statementVerb } from './statement-verb.js'

const CHANGES_ROWS: ReadonlySet<string> = new Set(['insert', 'replace', 'update', 'delete'])

/**
 * True for one INSERT, REPLACE, UPDATE or DELETE and nothing beside it: on tables with transactions it does all of its work or, when it
 * fails, none, as the triggers and functions that it calls cannot commit. False where the text does not tell for certain.
 */
export function isAtomicWrite(sql: string): boolean {
  const { kind, commitsFirst, several } = recentKind(sql)
  return kind === 'write' && commitsFirst !== true && several !== true && CHANGES_ROWS.has(statementVerb(sql))
}
