import type { DriverConnection } from '../driver/port.js'
import { type Cell, question } from '../driver/question.js'
import { isReadOnlySession, refusesWrites } from '../errors/error-class.js'
import { READ_ONLY_NAMES, showVariables } from '../driver/read-only-settings.js'

/** What a refusal of a write says of its server. */
export type ReadOnly =
  /** Nothing: another setting was meant, or the session's own. */
  | 'no'
  /** It takes no writes, and says so. */
  | 'explained'
  /** It takes no writes, whatever its settings say. */
  | 'unexplained'

const GLOBAL_SQL = showVariables(READ_ONLY_NAMES)
const SESSION_SQL = showVariables(['TRANSACTION_READ_ONLY', 'TX_READ_ONLY'], 'SESSION')

/**
 * Whether a server that refused a write did so because it is read-only. The number of that error alone does not tell: other
 * settings refuse statements with the same one.
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
