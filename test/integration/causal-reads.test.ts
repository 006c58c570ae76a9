import { createPool, type Row } from '@mysql-hostpool/core'
import { expect, it } from 'vitest'

import { access, describeWithFaults } from './setup/servers.js'

describeWithFaults('reads that wait for earlier writes', () => {
  it('are fresh on every node, also after borrowers have changed their sessions', async () => {
    const { hosts, user, password, database } = access
    await using pool = createPool({
      host: hosts,
      user,
      password,
      database,
      connectionLimit: 6,
      minIdle: 6,
      sessionVariables: { wsrep_sync_wait: 1 },
    })
    await pool.query('CREATE TABLE IF NOT EXISTS causal (id INT PRIMARY KEY, v INT NOT NULL)')
    await pool.query('REPLACE INTO causal VALUES (1, 0)')
    const stale: Row[] = []
    for (let v = 1; v <= 600; v += 1) {
      await pool.query('UPDATE causal SET v = ? WHERE id = 1', [v])
      await pool.withConnection(async (connection) => {
        const [rows] = await connection.query('SELECT v FROM causal WHERE id = 1')
        stale.push(...rows.filter((row) => row['v'] !== v))
        // Galera forgets to wait on a connection that was reset, so a changed one must be replaced.
        await connection.query('SET @mark = ?', [v])
      })
    }
    expect(stale).toEqual([])
  })
})
