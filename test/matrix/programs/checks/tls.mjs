// TLS: the certificate and its name are verified, a server of another authority is refused, and the sessions work.
import assert from 'node:assert/strict'

import { createPool } from '@mysql-hostpool/core'

export default async function tls({ servers, sessionVariables, tls: { host, ssl, stranger } }) {
  const pool = createPool({ ...servers, host, sessionVariables, connectionLimit: 2, ssl })
  try {
    const answers = await Promise.all([pool.query('SELECT 1 AS one'), pool.execute('SELECT 1 AS one')])
    for (const [[{ one }]] of answers) assert.equal(Number(one), 1)
    const [[{ long }]] = await pool.query("SELECT REPEAT('x', 100000) AS `long`")
    assert.equal(long.length, 100_000)
  } finally {
    await pool.end()
  }
  const distrustful = createPool({
    ...servers,
    host,
    connectionLimit: 1,
    noHostTimeout: 0,
    ssl: { ...ssl, ca: stranger },
  })
  try {
    await assert.rejects(distrustful.query('SELECT 1'))
  } finally {
    await distrustful.end()
  }
}
