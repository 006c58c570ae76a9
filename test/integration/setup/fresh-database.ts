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
  readonly selector: 'ordered'
}

/** A database of a test file's own, empty, and there on all servers. */
export async function freshDatabase(name: string): Promise<TestDatabase> {
  const { hosts, user, password } = access
  const database = `${access.database}_${name}`
  const connections = await Promise.all(hosts.split(',').map(directConnection))
  try {
    const [first] = connections
    await first?.query(`DROP DATABASE IF EXISTS \`${database}\``)
    await first?.query(`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4`)
    await Promise.all(connections.map((connection) => waitForWrites(connection)))
    // One host at a time: what a test has just written it reads at once, and another node may not have it yet. Variables do
    // not help: on Galera `wsrep_sync_wait` has no effect any more on a connection that was reset.
    return { host: hosts, user, password, database, connectionLimit: 6, selector: 'ordered' }
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

/** A login names the database, and no login waits: on Galera it may take a moment until the other nodes have it. */
async function waitForWrites(connection: Connection): Promise<void> {
  const [found] = await connection.query("SHOW VARIABLES LIKE 'wsrep_sync_wait'")
  if (!Array.isArray(found) || found.length === 0) return
  await connection.query('SET SESSION wsrep_sync_wait = 1')
  await connection.query('SELECT 1')
}
