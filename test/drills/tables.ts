import type { DrillNode } from './drill-cluster.js'

export const ITEMS = 100
const READ_SQL = 'SELECT note FROM drill_item WHERE id = ?'
export const WRITE_SQL = 'INSERT INTO drill_write (item) VALUES (?)'

/** What every item's note is. */
export function noteOf(id: number): string {
  return `item ${id}`
}

/** Reads one item with SQL. Resolves to its note, or to `undefined` when the rows hold none. */
export async function readItem(
  query: (sql: string, values: readonly number[]) => Promise<unknown>,
  id: number,
): Promise<string | undefined> {
  const rows = await query(READ_SQL, [id])
  const [row] = Array.isArray(rows) ? (rows as readonly { readonly note?: string }[]) : []
  return row?.note
}

/** What is asked past every pool, to know what a pool cannot help. */
export function controlStatements(database: string): { readonly write: string; readonly read: string } {
  return {
    write: `INSERT INTO \`${database}\`.drill_control () VALUES ()`,
    read: `SELECT note FROM \`${database}\`.drill_item WHERE id = 1`,
  }
}

/** Makes what the drills read and write, on one node of a healthy cluster. */
export async function makeTables(node: DrillNode, database: string): Promise<void> {
  const within = (name: string) => `\`${database}\`.${name}`
  const rows = Array.from({ length: ITEMS }, (_, index) => `(${index + 1}, '${noteOf(index + 1)}')`)
  await node.sql(`CREATE TABLE ${within('drill_item')} (id INT PRIMARY KEY, note VARCHAR(40) NOT NULL)`)
  await node.sql(`INSERT INTO ${within('drill_item')} VALUES ${rows.join(', ')}`)
  const key = 'id BIGINT PRIMARY KEY AUTO_INCREMENT'
  await node.sql(`CREATE TABLE ${within('drill_write')} (${key}, item INT NOT NULL)`)
  await node.sql(`CREATE TABLE ${within('drill_control')} (${key})`)
}
