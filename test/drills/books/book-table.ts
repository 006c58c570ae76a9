import type { GaleraCluster, GaleraNode } from '../../cluster/index.js'
import type { Rows } from './books.js'

/** Rows that transactions contend for. */
export const COUNTERS = 12

/** Makes the tables of the writers, on a healthy cluster. No key is unique but the row's own: a row written twice stays. */
export async function makeBookTables(cluster: GaleraCluster): Promise<void> {
  const within = (name: string) => `\`${cluster.database}\`.${name}`
  const [key, mark] = ['id BIGINT PRIMARY KEY AUTO_INCREMENT', 'mark VARCHAR(80) NOT NULL']
  const node = cluster.node(0)
  await node.sql(`CREATE TABLE ${within('drill_book')} (${key}, ${mark}, part TINYINT NOT NULL, KEY (mark))`)
  await node.sql(`CREATE TABLE ${within('drill_counter')} (id INT PRIMARY KEY, n INT NOT NULL)`)
  const rows = Array.from({ length: COUNTERS }, (_, id) => `(${id}, 0)`)
  await node.sql(`INSERT INTO ${within('drill_counter')} VALUES ${rows.join(', ')}`)
}

/** What a node has of the marks that begin like this, once it has applied all that the cluster has committed. */
export async function readBook(node: GaleraNode, database: string, prefix: string): Promise<Rows> {
  const found = await node.sql(
    'SET STATEMENT wsrep_sync_wait = 1 FOR SELECT mark, part, COUNT(*) AS times ' +
      `FROM \`${database}\`.drill_book WHERE mark LIKE ? GROUP BY mark, part`,
    [`${prefix}%`],
  )
  const rows = new Map<string, number[]>()
  for (const { mark, part, times } of found) {
    const counts = rows.get(String(mark)) ?? []
    for (let missing = counts.length; missing < Number(part); missing += 1) counts[missing] = 0
    counts[Number(part)] = Number(times)
    rows.set(String(mark), counts)
  }
  return rows
}
