import { createPool, type Pool, type ResultSetHeader } from '@mysql-hostpool/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { freshDatabase, type TestDatabase } from './setup/fresh-database.js'

let config: TestDatabase
let admin: Pool
let pool: Pool | undefined

beforeAll(async () => {
  config = await freshDatabase('generated_keys')
  admin = createPool(config)
  await admin.query('CREATE TABLE item (id INT AUTO_INCREMENT PRIMARY KEY, v INT UNIQUE)')
  await admin.query('CREATE TABLE child (parent BIGINT)')
  await admin.query('INSERT INTO item VALUES (1, 5)')
})

afterAll(() => admin?.end())

afterEach(() => pool?.end())

const QUESTIONS = ['SELECT LAST_INSERT_ID() AS id', 'SELECT @@last_insert_id AS id', 'SELECT @@identity AS id']

describe.each([
  ['is reset', { probe: 'plain' as const }],
  ['is on a Galera node', {}],
])('a session that %s', (_, health) => {
  it.each(['query', 'execute'] as const)('does not tell the key of another borrower’s row: by %s', async (how) => {
    const one = createPool({ ...config, host: config.host.split(',')[0], connectionLimit: 1, health })
    pool = one
    const nothings = [
      'INSERT IGNORE INTO item (v) VALUES (5)',
      'INSERT INTO item (v) VALUES (5) ON DUPLICATE KEY UPDATE v = 5',
      'SELECT 1',
    ]
    for (const nothing of nothings) {
      for (const question of QUESTIONS) {
        await admin.query('DELETE FROM item WHERE v = 6')
        const insertId = await one.withConnection(async (lease) => {
          const [header] = await lease[how]<ResultSetHeader>('INSERT INTO item (v) VALUES (6)')
          return header.insertId
        })
        expect(insertId).toBeGreaterThan(1)
        const told = await one.withConnection(async (lease) => {
          await lease[how](nothing)
          const [[row]] = await lease[how]<{ id: number }[]>(question)
          return Number(row?.id)
        })
        expect(told).not.toBe(insertId)
      }
    }
  })

  it('does not write it either', async () => {
    const one = createPool({ ...config, host: config.host.split(',')[0], connectionLimit: 1, health })
    pool = one
    await admin.query('DELETE FROM item WHERE v = 6')
    await admin.query('DELETE FROM child')
    await one.withConnection((lease) => lease.query('INSERT INTO item (v) VALUES (6)'))
    await one.withConnection(async (lease) => {
      await lease.query('INSERT IGNORE INTO item (v) VALUES (5)')
      await lease.query('INSERT INTO child VALUES (LAST_INSERT_ID())')
    })
    expect(await admin.query('SELECT parent FROM child')).toMatchObject([[{ parent: 0 }], {}])
  })

  it('tells a borrower its own', async () => {
    const one = createPool({ ...config, host: config.host.split(',')[0], connectionLimit: 1, health })
    pool = one
    await admin.query('DELETE FROM item WHERE v = 7')
    await one.withConnection(async (lease) => {
      const [{ insertId }] = await lease.query<ResultSetHeader>('INSERT INTO item (v) VALUES (7)')
      await lease.query('SELECT 1')
      for (const question of QUESTIONS) {
        const [[row]] = await lease.query<{ id: number }[]>(question)
        expect(Number(row?.id)).toBe(insertId)
      }
    })
  })
})
