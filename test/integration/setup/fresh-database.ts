import { createConnection } from 'mysql2/promise'
import type { Connection } from 'mysql2/promise'

import { access } from './servers.js'

/** How a pool reaches the database of a test file, as options of `createPool`. */
export interface TestDatabase {
  readonly host: string
  readonly user: string
  readonly password: string
  readonly database: string
  readonly connectionLimit: number
  readonly sessionVariables: Readonly<Record<string, number>>
}

/** On Galera a statement waits until its node has applied what was written on the others before. */
const SEE_ALL_WRITES = { wsrep_sync_wait: 7 }

/** A database of a test file's own, empty, and there on all servers. */
export async function freshDatabase(name: string): Promise<TestDatabase> {
  const { hosts, user, password } = access
  const database = `${access.database}_${name}`
  const connections = await Promise.all(hosts.split(',').map(directConnection))
  try {
    const [first] = connections
    await first?.query(`DROP DATABASE IF EXISTS \`${database}\``)
    await first?.query(`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4`)
    const [found] = (await first?.query("SHOW VARIABLES LIKE 'wsrep_sync_wait'")) ?? []
    const isGalera = Array.isArray(found) && found.length > 0
    // A login names the database, and no login waits: they are let in only where the database has arrived.
    if (isGalera) await Promise.all(connections.map((connection) => waitForWrites(connection)))
    const sessionVariables = isGalera ? SEE_ALL_WRITES : {}
    return { host: hosts, user, password, database, connectionLimit: 6, sessionVariables }
  } finally {
    await Promise.all(connections.map((connection) => connection.end()))
  }
}

/** A connection past the pool, to see what the servers see. */
export async function directConnection(address: string): Promise<Connection> {
  const [, host = address, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? []
  const { user, password } = access
  const connection = await createConnection({ host, port: Number(port ?? 3306), user, password })
  connection.on('error', () => {})
  return connection
}

async function waitForWrites(connection: Connection): Promise<void> {
  await connection.query('SET SESSION wsrep_sync_wait = ?', [SEE_ALL_WRITES.wsrep_sync_wait])
  await connection.query('SELECT 1')
}
