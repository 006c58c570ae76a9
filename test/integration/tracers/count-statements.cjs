// Sends ten statements in each of several ways, and prints how many of them a tracer saw.
'use strict'

const TIMES = 10

const ways = {
  'query, one text': ({ pool }) => pool.query('SELECT ? AS repeated', [1]),
  'query, ten texts': ({ pool }, time) => pool.query(`SELECT ? AS number_${time}`, [1]),
  'execute, one text': ({ pool }) => pool.execute('SELECT ? AS repeated', [1]),
  'a lease': ({ pool }) => pool.withConnection((connection) => connection.query('SELECT ? AS lent', [1])),
  'a transaction': ({ pool }) => pool.transaction((connection) => connection.execute('SELECT ? AS repeated', [1])),
  'a callback': ({ shape }) =>
    new Promise((resolve, reject) => {
      shape.query('SELECT ? AS repeated', [1], (error) => (error ? reject(error) : resolve()))
    }),
  'a promise': ({ shape }) => shape.promise().execute('SELECT ? AS repeated', [1]),
}

/**
 * @param {(work: () => Promise<void>) => Promise<number>} count - does the work in a request of its own, and tells how many
 * SELECT statements the tracer saw in that request
 */
exports.countStatements = async (count) => {
  // Only now: a tracer wants to be there before what it traces.
  const { createPool } = require('@mysql-hostpool/core')
  const { mysql2Pool } = require('@mysql-hostpool/mysql2')
  const pool = createPool(process.env.TRACED_URL)
  const subject = { pool, shape: mysql2Pool(pool) }
  const seen = {}
  await pool.query('SELECT 1')
  for (const [name, send] of Object.entries(ways)) {
    seen[name] = await count(async () => {
      for (let time = 0; time < TIMES; time += 1) await send(subject, time)
    })
  }
  await pool.end()
  process.stdout.write(`${JSON.stringify({ seen })}\n`, () => process.exit())
}
