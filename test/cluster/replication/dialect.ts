/** The account by which replicas copy, and the server they copy from. */
export interface SourceAccess {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

/** What MariaDB and MySQL say differently. */
export interface Dialect {
  /** Answers one row on a replica, and none on a source. */
  readonly status: string
  /** Answers `position`: all that the server has executed. */
  readonly position: string
  /** The column of `status` that holds all that a replica has received. */
  readonly received: string
  /** Answers `late`: 0 when a replica has executed all of a position within so many seconds. */
  waitFor(position: string, seconds: number): string
  readonly stop: string
  readonly stopReceiving: string
  readonly start: string
  /** Makes a replica forget its source. */
  readonly forget: string
  /** Lets a server, whose replication is stopped, follow a source from where its own history ends. */
  follow(source: SourceAccess): readonly string[]
  /** Refuses writes, or takes them. */
  readOnly(on: boolean): string
  /** Lets the account `app` see how replication is doing. */
  readonly monitorPrivilege: string
}

export const MARIADB: Dialect = {
  status: 'SHOW REPLICA STATUS',
  position: 'SELECT @@GLOBAL.gtid_current_pos AS position',
  received: 'Gtid_IO_Pos',
  waitFor: (position, seconds) => `SELECT MASTER_GTID_WAIT('${position}', ${seconds}) AS late`,
  stop: 'STOP SLAVE',
  stopReceiving: 'STOP SLAVE IO_THREAD',
  start: 'START SLAVE',
  forget: 'RESET SLAVE ALL',
  follow: ({ host, port, user, password }) => [
    // What a source has written itself is no part of gtid_slave_pos yet.
    'SET GLOBAL gtid_slave_pos = @@GLOBAL.gtid_current_pos',
    `CHANGE MASTER TO MASTER_HOST = '${host}', MASTER_PORT = ${port}, MASTER_USER = '${user}', ` +
      `MASTER_PASSWORD = '${password}', MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1`,
  ],
  readOnly: (on) => `SET GLOBAL read_only = ${on ? 'ON' : 'OFF'}`,
  monitorPrivilege: 'REPLICA MONITOR',
}

export const MYSQL: Dialect = {
  status: 'SHOW REPLICA STATUS',
  position: 'SELECT @@GLOBAL.gtid_executed AS position',
  received: 'Retrieved_Gtid_Set',
  waitFor: (position, seconds) => `SELECT WAIT_FOR_EXECUTED_GTID_SET('${position}', ${seconds}) AS late`,
  stop: 'STOP REPLICA',
  stopReceiving: 'STOP REPLICA IO_THREAD',
  start: 'START REPLICA',
  forget: 'RESET REPLICA ALL',
  follow: ({ host, port, user, password }) => [
    `CHANGE REPLICATION SOURCE TO SOURCE_HOST = '${host}', SOURCE_PORT = ${port}, SOURCE_USER = '${user}', ` +
      `SOURCE_PASSWORD = '${password}', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1, SOURCE_CONNECT_RETRY = 1`,
  ],
  // Without super_read_only its administrator could write to a replica, and no one else; OFF leaves read_only as it is.
  readOnly: (on) => (on ? 'SET GLOBAL super_read_only = ON' : 'SET GLOBAL read_only = OFF'),
  monitorPrivilege: 'REPLICATION CLIENT',
}
