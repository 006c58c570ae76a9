import { isMariaDb } from '../server-version.js'

/** Where a server keeps its status variables: MySQL has given up the table that MariaDB has. Every account may read either. */
export function statusTable(serverVersion: string): string {
  return isMariaDb(serverVersion) ? 'information_schema.GLOBAL_STATUS' : 'performance_schema.global_status'
}
