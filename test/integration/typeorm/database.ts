import { createConnection } from 'mysql2/promise'
import type { Connection } from 'mysql2/promise'

import { access } from '../setup/servers.js'

/** How a pool reaches the database of a test file. */
export interface TestDatabase {
  readonly host: string
  readonly user: string
  readonly password: string
  readonly database: string
  readonly connectionLimit: number
  readonly selector: 'ordered'
}

/** A database of a test file's own, empty. */
export async function freshDatabase(name: string): Promise<TestDatabase> {
  const database = `${access.database}_${name}`
  const connection = await directConnection(access.hosts.split(',')[0] ?? '')
  await connection.query(`DROP DATABASE IF EXISTS \`${database}\``)
  await connection.query(`CREATE DATABASE \`${database}\``)
  await connection.end()
  return {
    host: access.hosts,
    user: access.user,
    password: access.password,
    database,
    connectionLimit: 6,
    // One host at a time: what a test has just written it reads at once, and another node may not have it yet.
    selector: 'ordered',
  }
}

/** A connection past the pool, to see what the servers see. */
export async function directConnection(address: string): Promise<Connection> {
  const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? ['', address, '3306']
  const connection = await createConnection({
    host: host ?? address,
    port: Number(port),
    user: access.user,
    password: access.password,
  })
  connection.on('error', () => {})
  return connection
}
