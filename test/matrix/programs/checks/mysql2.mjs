// The pool in mysql2's shape: callbacks and promises, and mysql2's own classes of fields and results.
import assert from 'node:assert/strict'

import { createPool } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import mysql from 'mysql2'

export default async function mysql2({ servers, sessionVariables }) {
  const pool = createPool({ ...servers, sessionVariables, connectionLimit: 4 })
  const shape = mysql2Pool(pool)
  const promises = shape.promise()
  try {
    await promises.query('DROP TABLE IF EXISTS matrix_mysql2')
    await promises.query('CREATE TABLE matrix_mysql2 (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50))')
    const [header] = await promises.execute('INSERT INTO matrix_mysql2 (name) VALUES (?)', ['one'])
    assert.equal(header.affectedRows, 1)
    const [rows, fields] = await new Promise((resolve, reject) => {
      shape.query({ sql: 'SELECT id, name FROM matrix_mysql2', rowsAsArray: true }, (error, rows, fields) => {
        if (error) reject(error)
        else resolve([rows, fields])
      })
    })
    assert.deepEqual(rows, [[header.insertId, 'one']])
    assert.equal(fields[1].name, 'name')
    const connection = await promises.getConnection()
    await connection.beginTransaction()
    await connection.query('INSERT INTO matrix_mysql2 (name) VALUES ?', [[['two'], ['three']]])
    await connection.rollback()
    connection.release()
    const [[{ n }]] = await promises.query(mysql.format('SELECT COUNT(*) AS n FROM ??', ['matrix_mysql2']))
    assert.equal(n, 1)
    await promises.query('DROP TABLE matrix_mysql2')
  } finally {
    await promises.end()
    await pool.end()
  }
}
