// A generated Prisma client on the pool: nested writes, relations, transactions of both kinds, raw queries, errors.
import assert from 'node:assert/strict'

import { createPool } from '@mysql-hostpool/core'
import { originalError, PrismaHostpool, retryTransactions } from '@mysql-hostpool/prisma'
import { Prisma, PrismaClient } from '../generated/client.js'

const TABLES = [
  'DROP TABLE IF EXISTS matrix_line, matrix_order',
  'CREATE TABLE matrix_order (id INT AUTO_INCREMENT PRIMARY KEY, customer VARCHAR(50) UNIQUE NOT NULL, total DECIMAL(30, 10) NOT NULL DEFAULT 0, at DATETIME(3) NOT NULL, big BIGINT)',
  'CREATE TABLE matrix_line (id INT AUTO_INCREMENT PRIMARY KEY, product VARCHAR(50) NOT NULL, note JSON, orderId INT NOT NULL REFERENCES matrix_order (id))',
]

export default async function prisma({ servers, sessionVariables }) {
  const pool = createPool({
    ...servers,
    connectionLimit: 4,
    sessionVariables: { ...sessionVariables, time_zone: '+00:00' },
  })
  const client = new PrismaClient({ adapter: new PrismaHostpool(pool) }).$extends(retryTransactions())
  try {
    for (const table of TABLES) await pool.query(table)
    const at = new Date('2026-02-28T12:34:56.789Z')
    const order = await client.order.create({
      data: {
        customer: 'one',
        at,
        total: '12345678901234567890.0123456789',
        big: 9_223_372_036_854_775_807n,
        lines: { create: [{ product: 'tea', note: { hot: true } }, { product: 'milk' }] },
      },
      include: { lines: { orderBy: { id: 'asc' } } },
    })
    assert.deepEqual(
      order.lines.map(({ product, note }) => [product, note]),
      [
        ['tea', { hot: true }],
        ['milk', null],
      ],
    )
    const read = await client.order.findUniqueOrThrow({ where: { id: order.id } })
    assert.equal(read.total.toFixed(), '12345678901234567890.0123456789')
    assert.equal(read.at.getTime(), at.getTime())
    assert.equal(read.big, 9_223_372_036_854_775_807n)
    await client.$transaction(async (tx) => {
      await tx.order.update({ where: { id: order.id }, data: { total: { increment: 1 } } })
      await tx.line.deleteMany({ where: { product: 'milk' } })
    })
    const [lines, orders] = await client.$transaction([client.line.count(), client.order.count()])
    assert.deepEqual([lines, orders], [1, 1])
    const [raw] = await client.$queryRaw`SELECT customer FROM matrix_order WHERE id = ${order.id}`
    assert.equal(raw.customer, 'one')
    const failure = await client.order.create({ data: { customer: 'one', at } }).catch((error) => error)
    assert.ok(failure instanceof Prisma.PrismaClientKnownRequestError, String(failure))
    assert.equal(failure.code, 'P2002')
    assert.equal(originalError(failure)?.errno, 1062)
    await pool.query('DROP TABLE matrix_line, matrix_order')
  } finally {
    await client.$disconnect()
    await pool.end()
  }
}
