import { createConnection } from 'mysql2/promise'
import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import { firstOf } from '../servers/host-access.js'
import { ARTICLES } from './loads.js'

const DROP = 'DROP TABLE IF EXISTS bench_line, bench_order, bench_article'
const TABLES = [
  DROP,
  `CREATE TABLE bench_article (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL, note TEXT NOT NULL,
    price DECIMAL(12, 4) NOT NULL, weight DOUBLE NOT NULL, stock BIGINT NOT NULL, active TINYINT(1) NOT NULL,
    created DATETIME(3) NOT NULL, digest VARBINARY(32) NOT NULL, details JSON NOT NULL) CHARACTER SET utf8mb4`,
  `CREATE TABLE bench_order (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, customer VARCHAR(100) NOT NULL, placed DATETIME(3) NOT NULL)`,
  `CREATE TABLE bench_line (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, article INT NOT NULL, price DECIMAL(12, 4) NOT NULL,
    orderId INT NOT NULL, KEY bench_line_order (orderId),
    CONSTRAINT bench_line_order FOREIGN KEY (orderId) REFERENCES bench_order (id))`,
]

export async function makeTables(access: ServerAccess): Promise<void> {
  await using connection = await createConnection(firstOf(access))
  for (const sql of TABLES) await connection.query(sql)
  const rows = Array.from({ length: ARTICLES }, (_, index) => [
    index + 1,
    `article ${index}`,
    'a note of a few words that nobody reads '.repeat(3),
    `${index}.1234`,
    index / 7,
    `${index}00000000`,
    index % 2,
    '2024-02-03 04:05:06.789',
    Buffer.alloc(32, index),
    JSON.stringify({ index, tags: ['one', 'two'] }),
  ])
  await connection.query('INSERT INTO bench_article VALUES ?', [rows])
}

export async function dropTables(access: ServerAccess): Promise<void> {
  await using connection = await createConnection(firstOf(access))
  await connection.query(DROP)
}
