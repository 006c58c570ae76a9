import { tracingChannel } from 'node:diagnostics_channel'

import { createPool, type Lease, type Pool, type TypeCastField } from '@mysql-hostpool/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'

let pool: Pool
let lease: Lease

beforeAll(async () => {
  const options = await freshDatabase('sent_again')
  // One connection to one host, where everything has been sent before.
  const [host = ''] = options.host.split(',')
  pool = createPool({ ...options, host, connectionLimit: 1, jsonStrings: true })
  await pool.query('CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20), data BLOB)')
  await pool.query("INSERT INTO item VALUES (1, 'ä', 'x'), (2, NULL, NULL)")
})

afterAll(() => pool.end())

beforeEach(async () => {
  lease = await pool.getConnection()
})

afterEach(() => lease.release())

type Method = 'query' | 'execute'

async function thrice(method: Method, sql: string, values: unknown[] = []): Promise<unknown[]> {
  const answers: unknown[] = []
  for (let time = 0; time < 3; time += 1) answers.push(await lease[method](sql, values))
  return answers
}

describe.each(['query', 'execute'] as const)('by %s', (method) => {
  test('a statement answers the same each time, with columns that tell the same', async () => {
    const sql = 'SELECT id, name AS called, data, ? AS given FROM item ORDER BY id'
    for (const answer of await thrice(method, sql, ['€'])) {
      expect(answer).toMatchObject([
        [
          { id: 1, called: 'ä', data: Buffer.from('x'), given: '€' },
          { id: 2, called: null, data: null, given: '€' },
        ],
        [
          { name: 'id', orgTable: 'item' },
          { name: 'called', orgName: 'name' },
          { name: 'data', characterSet: 63 },
          { name: 'given' },
        ],
      ])
    }
  })

  test('each answer has a list of columns of its own', async () => {
    for (let time = 0; time < 5; time += 1) {
      const [, fields] = await lease[method]('SELECT id, name FROM item WHERE id = 1')
      expect(fields.map(({ name }) => name)).toEqual(['id', 'name'])
      fields.reverse()
    }
  })

  test('a column that has changed is read as it is now', async () => {
    await lease.query('DROP TABLE IF EXISTS changing')
    await lease.query('CREATE TABLE changing (a INT PRIMARY KEY, b INT, c INT)')
    await lease.query('INSERT INTO changing VALUES (1, 2, 3)')
    const read = async () => {
      const [rows, fields] = await lease[method]('SELECT * FROM changing WHERE a < ?', ['9'])
      return [rows, fields.map(({ name }) => name)]
    }
    for (let time = 0; time < 3; time += 1) await read()
    await lease.query('ALTER TABLE changing MODIFY b VARCHAR(10)')
    for (let time = 0; time < 3; time += 1) expect(await read()).toEqual([[{ a: 1, b: '2', c: 3 }], ['a', 'b', 'c']])
    await lease.query('ALTER TABLE changing DROP COLUMN c')
    for (let time = 0; time < 3; time += 1) expect(await read()).toEqual([[{ a: 1, b: '2' }], ['a', 'b']])
    await lease.query('ALTER TABLE changing ADD COLUMN d INT DEFAULT 4')
    for (let time = 0; time < 3; time += 1) expect(await read()).toEqual([[{ a: 1, b: '2', d: 4 }], ['a', 'b', 'd']])
  })

  test('a procedure answers with all its results each time', async () => {
    await lease.query('DROP PROCEDURE IF EXISTS two')
    await lease.query('CREATE PROCEDURE two() BEGIN SELECT 1 AS a; SELECT id, name FROM item WHERE id = 1; END')
    for (const answer of await thrice(method, 'CALL two()')) {
      expect(answer).toMatchObject([
        [[{ a: 1 }], [{ id: 1, name: 'ä' }], { affectedRows: 0 }],
        [[{}], [{}, {}], undefined],
      ])
    }
  })

  test('writes tell each time what they did', async () => {
    await lease.query('DROP TABLE IF EXISTS counted')
    await lease.query('CREATE TABLE counted (id INT AUTO_INCREMENT PRIMARY KEY, n INT)')
    const sql = 'INSERT INTO counted (n) VALUES (?), (?)'
    const ids: number[] = []
    for (const answer of await thrice(method, sql, ['1', null])) {
      expect(answer).toMatchObject([{ affectedRows: 2 }, undefined])
      ids.push((answer as [{ insertId: number }])[0].insertId)
    }
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    expect(new Set(ids).size).toBe(3)
  })

  test('an error comes out each time, and the next statement runs', async () => {
    const sql = 'INSERT INTO item (id, name) VALUES (?, ?)'
    const sent = method === 'query' ? "INSERT INTO item (id, name) VALUES ('1', 'twice')" : sql
    for (let time = 0; time < 3; time += 1) {
      await expect(lease[method](sql, ['1', 'twice'])).rejects.toMatchObject({ errno: 1062, sql: sent })
    }
    expect(await lease[method]('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  test('session state that a statement changes is noticed each time', async () => {
    const user = await lease[method]('SELECT CONNECTION_ID() AS id')
    for (let time = 0; time < 3; time += 1) await lease[method]('SET @left_behind = 1')
    lease.release()
    lease = await pool.getConnection()
    for (let time = 0; time < 3; time += 1) {
      expect(await lease[method]('SELECT @left_behind AS here')).toMatchObject([[{ here: null }], {}])
    }
    expect(user).toBeDefined()
  })

  test('another borrower’s way of decoding holds for the same statement', async () => {
    const sql = 'SELECT id, name FROM item WHERE id = ?'
    for (const rowsAsArray of [true, false, true, false]) {
      const decoding = { rowsAsArray }
      for (let time = 0; time < 3; time += 1) {
        const [rows] = await lease[method]({ sql, values: ['1'], decoding })
        expect(rows).toEqual([rowsAsArray ? [1, 'ä'] : { id: 1, name: 'ä' }])
      }
    }
  })

  test('statements sent at once are answered in turn', async () => {
    const sql = 'SELECT ? AS n'
    await thrice(method, sql, ['0'])
    const answers = await Promise.all(['1', '2', '3'].map((n) => lease[method]<{ n: string }[]>(sql, [n])))
    expect(answers.map(([[row]]) => row?.n)).toEqual(['1', '2', '3'])
  })

  test('who traces mysql2 sees every statement', async () => {
    const sql = 'SELECT ? AS traced'
    await thrice(method, sql, ['0'])
    const seen: unknown[] = []
    const channel = tracingChannel<string, { query: string }>(`mysql2:${method}`)
    const start = ({ query }: { query: string }): void => void seen.push(query)
    const nothing = (): void => undefined
    const subscribers = { start, end: nothing, asyncStart: nothing, asyncEnd: nothing, error: nothing }
    channel.subscribe(subscribers)
    await thrice(method, sql, ['0'])
    channel.unsubscribe(subscribers)
    await thrice(method, sql, ['0'])
    const sent = method === 'query' ? "SELECT '0' AS traced" : sql
    expect(seen).toEqual([sent, sent, sent])
  })
})

test('values are put into a text by mysql2 each time', async () => {
  const values = ["it's", 5, null, new Date('2026-01-02T03:04:05Z'), Buffer.from('b'), [1, 2], undefined]
  const sql =
    'SELECT ? AS text, ? + 1 AS number, ? AS nothing, ? > 1 AS date, ? AS bytes, 2 IN (?) AS list, ? AS missing'
  const expected = { text: "it's", number: 6, nothing: null, date: 1, bytes: Buffer.from('b'), list: 1, missing: null }
  for (const answer of await thrice('query', sql, values)) expect(answer).toMatchObject([[expected], {}])
})

test('a text that is sent right behind SET NAMES is written in its charset', async () => {
  const sql = "SELECT HEX('ä') AS bytes"
  await thrice('query', sql)
  const [, answer] = await Promise.all([lease.query('SET NAMES latin1'), lease.query(sql)])
  await lease.query('SET NAMES utf8mb4')
  expect(answer).toMatchObject([[{ bytes: 'E4' }], {}])
})

test('named placeholders are, too', async () => {
  const decoding = { namedPlaceholders: true }
  for (let time = 0; time < 3; time += 1) {
    const answer = await lease.query({ sql: 'SELECT :b AS b, :a AS a', values: { a: 1, b: 'x' }, decoding })
    expect(answer).toMatchObject([[{ a: 1, b: 'x' }], {}])
  }
})

test('a typeCast function sees every value of a text each time', async () => {
  const decoding = { typeCast: (field: TypeCastField) => `${field.name}=${field.string()}` }
  for (let time = 0; time < 3; time += 1) {
    const [rows] = await lease.query({ sql: 'SELECT id, name FROM item WHERE id = 1', decoding })
    expect(rows).toEqual([{ id: 'id=1', name: 'name=ä' }])
  }
})

test('values that cannot be sent are refused each time', async () => {
  for (let time = 0; time < 3; time += 1) {
    await expect(lease.execute('SELECT ? AS a', [undefined])).rejects.toThrow(/undefined/)
    await expect(lease.execute('SELECT ? AS a', ['x'])).resolves.toMatchObject([[{ a: 'x' }], {}])
  }
})

test('after a reset statements are prepared anew', async () => {
  const sql = 'SELECT ? AS n'
  await thrice('execute', sql, ['0'])
  await lease.query('SET @a = 1')
  lease.release()
  lease = await pool.getConnection()
  for (const answer of await thrice('execute', sql, ['5'])) expect(answer).toMatchObject([[{ n: '5' }], {}])
})
