// Queries, prepared statements, transactions, streams, a statement that is cancelled, errors: the pool itself.
import assert from 'node:assert/strict'

import { createPool } from '@mysql-hostpool/core'

export default async function sql({ servers, sessionVariables, say }) {
  const pool = createPool({ ...servers, sessionVariables, connectionLimit: 4, minIdle: 1, supportBigNumbers: true })
  try {
    const [[{ version }]] = await pool.query('SELECT VERSION() AS version')
    say({ server: version })
    await pool.query('DROP TABLE IF EXISTS matrix_sql')
    await pool.query(
      'CREATE TABLE matrix_sql (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), big BIGINT, at DATETIME(3))',
    )
    const at = new Date('2026-02-28T12:34:56.789Z')
    const [{ insertId, affectedRows }] = await pool.query('INSERT INTO matrix_sql (name, big, at) VALUES (?, ?, ?)', [
      "it's ünïcode 🐬",
      9_007_199_254_740_993n,
      at,
    ])
    assert.equal(affectedRows, 1)
    for (let time = 0; time < 3; time += 1) {
      const [[row]] = await pool.execute('SELECT name, big, at FROM matrix_sql WHERE id = ?', [insertId])
      assert.equal(row.name, "it's ünïcode 🐬")
      assert.equal(String(row.big), '9007199254740993')
      assert.equal(row.at.getTime(), at.getTime())
      const [[same]] = await pool.query('SELECT name FROM matrix_sql WHERE id = ?', [insertId])
      assert.equal(same.name, row.name)
    }
    await pool.transaction(async (transaction) => {
      await transaction.query("INSERT INTO matrix_sql (name) VALUES ('kept')")
      await transaction.execute('UPDATE matrix_sql SET big = ? WHERE name = ?', [7, 'kept'])
    })
    const taken = new Error('changed my mind')
    await assert.rejects(
      pool.transaction(async (transaction) => {
        await transaction.query("INSERT INTO matrix_sql (name) VALUES ('taken back')")
        throw taken
      }),
      (error) => error === taken,
    )
    const [rows] = await pool.query('SELECT name, big FROM matrix_sql ORDER BY id')
    assert.deepEqual(
      rows.map(({ name }) => name),
      ["it's ünïcode 🐬", 'kept'],
    )
    await pool.withConnection(async (connection) => {
      const names = []
      for await (const row of connection.stream('SELECT name FROM matrix_sql ORDER BY id')) names.push(row.name)
      assert.deepEqual(names, ["it's ünïcode 🐬", 'kept'])
    })
    const signal = AbortSignal.timeout(100)
    // Where SLEEP is all there is, MySQL answers a KILL with a row.
    const slow = 'SELECT name FROM matrix_sql WHERE SLEEP(20) = 0'
    await assert.rejects(pool.query({ sql: slow, signal }), { code: 'ERR_HOSTPOOL_ABORTED' })
    await assert.rejects(pool.query('SELECT nothing FROM nowhere'), { code: 'ER_NO_SUCH_TABLE', errno: 1146 })
    const numbers = await Promise.all(Array.from({ length: 40 }, (_, n) => pool.execute('SELECT ? AS n', [n])))
    assert.deepEqual(
      numbers.map(([[row]]) => Number(row.n)),
      Array.from({ length: 40 }, (_, n) => n),
    )
    await pool.query('DROP TABLE matrix_sql')
  } finally {
    await pool.end()
  }
}
