import type { DriverConnection } from '../driver/port.js'

/**
 * Whether a server that refused a write did so because it is read-only. The number of that error alone does not tell: other
 * settings refuse statements with the same one. `super_read_only` implies `read_only`.
 */
export function readOnlyNow(connection: DriverConnection, done: (readOnly: boolean) => void): void {
  connection.query({ sql: 'SELECT @@global.read_only', rowsAsArray: true }, {}, (error, rows) => {
    const [row] = (error === null ? rows : []) as readonly (readonly unknown[])[]
    done(row?.[0] !== undefined && Number(row[0]) !== 0)
  })
}
