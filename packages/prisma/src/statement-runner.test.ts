import type { Queryable, StatementOptions } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'

import { GeometryStatements } from './sql/geometry.js'
import { asItIs } from './sql/utc-statement.js'
import { StatementRunner } from './statement-runner.js'
import { WireType } from './values/column.js'
import { PRISMA_DECODING } from './values/decoding.js'

interface Sent extends StatementOptions {
  readonly protocol: 'prepared' | 'text'
}

function target(answer: (sent: Sent) => unknown): { sent: Sent[]; target: Queryable } {
  const sent: Sent[] = []
  const run = (protocol: Sent['protocol']) => (statement: StatementOptions) => {
    const entry = { ...statement, protocol }
    sent.push(entry)
    return new Promise((resolve) => {
      resolve(answer(entry))
    })
  }
  return { sent, target: Object.assign(Object.create(null), { execute: run('prepared'), query: run('text') }) }
}

const done = [{ affectedRows: 2, insertId: 0 }, undefined]
const geometry = [[[Buffer.from('point')]], [{ name: 'g', columnType: WireType.geometry, flags: 0, characterSet: 63 }]]

function query(sql: string, args: unknown[] = []): { sql: string; args: unknown[]; argTypes: [] } {
  return { sql, args, argTypes: [] }
}

test('statements are prepared, made to run in UTC, and decoded by one and the same object', async () => {
  const { sent, target: pool } = target(() => done)
  await expect(
    new StatementRunner((sql) => `SET STATEMENT a=1 FOR ${sql}`, new GeometryStatements()).executeRaw(
      pool,
      query('DELETE', ['x']),
    ),
  ).resolves.toBe(2)
  expect(sent).toMatchObject([{ protocol: 'prepared', sql: 'SET STATEMENT a=1 FOR DELETE', values: ['x'] }])
  expect(sent[0]?.decoding).toBe(PRISMA_DECODING)
})

test('an empty statement is refused in the words of the server and of the official adapter, and not sent', async () => {
  const { sent, target: pool } = target(() => done)
  const runner = new StatementRunner(asItIs, new GeometryStatements())
  const refusal = { errno: 1065, sqlState: '42000', message: 'Query was empty: the sql parameter is mandatory' }
  await expect(runner.queryRaw(pool, query(''))).rejects.toMatchObject(refusal)
  await expect(runner.executeRaw(pool, query(''))).rejects.toMatchObject(refusal)
  expect(sent).toEqual([])
})

test('what the server cannot prepare is sent as text when it has no values', async () => {
  const { sent, target: pool } = target(({ protocol }) => {
    if (protocol === 'prepared') throw Object.assign(new Error('not supported'), { errno: 1295 })
    return done
  })
  const runner = new StatementRunner(asItIs, new GeometryStatements())
  await runner.executeRaw(pool, query('LOCK TABLES a READ'))
  expect(sent.map(({ protocol }) => protocol)).toEqual(['prepared', 'text'])
  await expect(runner.executeRaw(pool, query('PREPARE ?', ['a']))).rejects.toMatchObject({ errno: 1295 })
  expect(sent).toHaveLength(3)
})

test('a read that answers with GEOMETRY runs once more for its bytes, and from then on only once', async () => {
  const { sent, target: pool } = target(() => geometry)
  const runner = new StatementRunner(asItIs, new GeometryStatements())
  await runner.queryRaw(pool, query('SELECT g FROM t'))
  expect(sent.map(({ typeCast }) => typeof typeCast)).toEqual(['undefined', 'function'])
  await runner.queryRaw(pool, query('SELECT g FROM t'))
  expect(sent).toHaveLength(3)
})

test.each([
  'INSERT INTO t (g) VALUES (1) RETURNING g',
  'CALL shapes()',
  'SELECT note_visit(id), g FROM t',
  'SELECT g FROM t FOR UPDATE',
  'WITH seen AS (SELECT note_visit(1)) SELECT g FROM t',
  'SELECT NEXTVAL(s), g FROM t',
  'SELECT @last := id, g FROM t',
  "EXECUTE IMMEDIATE 'INSERT INTO t (g) VALUES (1) RETURNING g'",
  'SELECT g FROM t; DELETE FROM t',
])('%s is never run twice', async (sql) => {
  const { sent, target: pool } = target(() => geometry)
  await new StatementRunner(asItIs, new GeometryStatements()).queryRaw(pool, query(sql))
  expect(sent.map(({ typeCast }) => typeof typeCast)).toEqual(['function'])
})
