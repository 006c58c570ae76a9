import type { GaleraNode } from '../cluster/index.js'

export const ITEMS = 100
/** A read that tells which node has answered it. */
export const READ_SQL = 'SELECT note, @@wsrep_node_name AS node FROM drill_item WHERE id = ?'
export const WRITE_SQL = 'INSERT INTO drill_write (item) VALUES (?)'
export const CONTROL_SQL = 'INSERT INTO drill_control () VALUES ()'

/** Makes what the drills read and write, on one node of a healthy cluster. */
export async function makeTables(node: GaleraNode, database: string): Promise<void> {
  const within = (name: string) => `\`${database}\`.${name}`
  const rows = Array.from({ length: ITEMS }, (_, index) => `(${index + 1}, 'item ${index + 1}')`)
  await node.sql(`CREATE TABLE ${within('drill_item')} (id INT PRIMARY KEY, note VARCHAR(40) NOT NULL)`)
  await node.sql(`INSERT INTO ${within('drill_item')} VALUES ${rows.join(', ')}`)
  const key = 'id BIGINT PRIMARY KEY AUTO_INCREMENT'
  await node.sql(`CREATE TABLE ${within('drill_write')} (${key}, item INT NOT NULL)`)
  await node.sql(`CREATE TABLE ${within('drill_control')} (${key})`)
}
