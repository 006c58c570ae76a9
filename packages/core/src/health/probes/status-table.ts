import { isMariaDb } from '../server-version.js'

/** The table of a server's status variables. MySQL no longer has the table of MariaDB. Every account may read either. */
export function statusTable(serverVersion: string): string {
  return isMariaDb(serverVersion) ? 'information_schema.GLOBAL_STATUS' : 'performance_schema.global_status'
}
