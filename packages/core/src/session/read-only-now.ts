import type { DriverConnection } from '../driver/port.js'
import { question } from '../driver/question.js'

/**
 * Whether a server that refused a write did so because it is read-only. The number of that error alone does not tell: other
 * settings refuse statements with the same one. `super_read_only` implies `read_only`.
 */
export function readOnlyNow(connection: DriverConnection, done: (readOnly: boolean) => void): void {
  question(connection, 'SELECT @@global.read_only', (_, answer) => {
    const value = answer?.rows[0]?.[0]
    done(value !== undefined && Number(value) !== 0)
  })
}
