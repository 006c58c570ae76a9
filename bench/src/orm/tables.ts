import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import { createConnection } from 'mysql2/promise'
import { firstOf } from '../servers/host-access.js'

/** Rows of the table at the beginning. */
export const PRODUCTS = 2_000

export async function makeTables(access: ServerAccess): Promise<void> {
  await using connection = await createConnection(firstOf(access))
  await connection.query('DROP TABLE IF EXISTS bench_product')
  await connection.query(
    'CREATE TABLE bench_product (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40) NOT NULL, ' +
      'price DECIMAL(10, 2) NOT NULL, stock INT NOT NULL)',
  )
  const rows = Array.from({ length: PRODUCTS }, (_, index) => [index + 1, `product ${index + 1}`, index % 100, 1000])
  await connection.query('INSERT INTO bench_product VALUES ?', [rows])
}

export async function dropTables(access: ServerAccess): Promise<void> {
  await using connection = await createConnection(firstOf(access))
  await connection.query('DROP TABLE IF EXISTS bench_product')
}

/** Any row, and the first of any hundred. */
export function anyId(): number {
  return 1 + Math.floor(Math.random() * PRODUCTS)
}

export function anyHundred(): number {
  return 1 + Math.floor(Math.random() * (PRODUCTS - 100))
}
