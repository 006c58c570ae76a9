import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import { createConnection } from 'mysql2/promise'
import { firstOf } from '../servers/host-access.js'

/** Rows of the table; every caller of a transaction has some to itself. */
export const ITEMS = 25_600

export async function makeTables(access: ServerAccess): Promise<void> {
  await using connection = await createConnection(firstOf(access))
  await connection.query('DROP TABLE IF EXISTS bench_item')
  await connection.query(
    'CREATE TABLE bench_item (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL, price INT NOT NULL, stock INT NOT NULL)',
  )
  const rows = Array.from({ length: ITEMS }, (_, index) => [index + 1, `item ${index + 1}`, index % 100, 1000])
  await connection.query('INSERT INTO bench_item VALUES ?', [rows])
}

export async function dropTables(access: ServerAccess): Promise<void> {
  await using connection = await createConnection(firstOf(access))
  await connection.query('DROP TABLE IF EXISTS bench_item')
}
