import type { DriverConnection } from '../driver/port.js'
import { type Cell, question } from '../driver/question.js'
import { isReadOnlySession, refusesWrites } from '../errors/error-class.js'
import { READ_ONLY_NAMES, showVariables } from '../driver/read-only-settings.js'

/** What a refused write says about its server. */
export type ReadOnly =
  /** Nothing: the refusal was about another setting, or about the session's own. */
  | 'no'
  /** The server takes no writes, and one of its settings says so. */
  | 'explained'
  /** The server takes no writes, although none of its settings says so. */
  | 'unexplained'

const GLOBAL_SQL = showVariables(READ_ONLY_NAMES)
const SESSION_SQL = showVariables(['TRANSACTION_READ_ONLY', 'TX_READ_ONLY'], 'SESSION')

/**
 * Finds out whether a server refused a write because the server is read-only. The error number alone does not tell: other
 * settings refuse statements with the same number.
 */
export function readOnlyNow(connection: DriverConnection, error: Error, done: (readOnly: ReadOnly) => void): void {
  anyIsOn(connection, GLOBAL_SQL, (explained) => {
    if (explained) done('explained')
    else if (refusesWrites(error)) done('unexplained')
    else if (!isReadOnlySession(error)) done('no')
    else anyIsOn(connection, SESSION_SQL, (own) => done(own ? 'no' : 'unexplained'))
  })
}

function anyIsOn(connection: DriverConnection, sql: string, done: (isOn: boolean) => void): void {
  question(connection, sql, (_, answer) => {
    done(answer?.rows.some(([, value]) => isOn(value)) === true)
  })
}

function isOn(value: Cell): boolean {
  return value !== null && value !== undefined && !/^(?:0|off)?$/i.test(String(value))
}
