import { createHash } from 'node:crypto'

import { createPool, type Pool, type PoolOptions } from '@mysql-hostpool/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { describeWithFaults, faultyCluster } from './setup/servers.js'

let config: TestDatabase
let pool: Pool | undefined

beforeAll(async () => {
  config = await freshDatabase('large')
})

afterEach(() => pool?.end())

function open(options: PoolOptions = {}): Pool {
  const [host = ''] = config.host.split(',')
  const { sessionVariables: _, ...rest } = config
  pool = createPool({ ...rest, host, connectionLimit: 1, health: { probe: 'plain', timeout: 10_000 }, ...options })
  return pool
}

const MB12 = 12_000_000

describe('a statement of many megabytes', () => {
  it.each([
    ['in single quotes', () => `'${'x'.repeat(MB12)}'`, MB12],
    ['in double quotes', () => `"${'x'.repeat(MB12)}"`, MB12],
    ['in a comment', () => `'1' /* ${'x'.repeat(MB12)} */`, 1],
  ])('runs: most of it %s', async (_, literal, size) => {
    const one = open()
    const [[row]] = await one.query<{ n: number }[]>(`SELECT LENGTH(${literal()}) AS n`)
    expect(row?.n).toBe(size)
  })

  it('runs in a lease and as a stream', async () => {
    const size = 4_000_000
    const sql = `SELECT LENGTH('${'x'.repeat(size)}') AS n`
    await open().withConnection(async (lease) => {
      expect(await lease.query(sql)).toMatchObject([[{ n: size }], {}])
      expect(await lease.stream(sql).toArray()).toEqual([{ n: size }])
    })
  })
})

it('a statement larger than the server takes is refused, and the next gets a connection of its own', async () => {
  const one = open()
  const refused = one.query(`SELECT LENGTH('${'x'.repeat(17_000_000)}')`)
  const next = one.query('SELECT 1 AS one')
  await expect(refused).rejects.toBeInstanceOf(Error)
  expect(await next).toMatchObject([[{ one: 1 }], {}])
})

describeWithFaults('around the size of one packet', () => {
  const MOST = 0xff_ffff
  const MAX_ALLOWED = 64 * 1024 * 1024
  let before: string

  beforeAll(async () => {
    const [row] = await faultyCluster().node(0).sql('SELECT @@GLOBAL.max_allowed_packet AS n')
    before = String(row?.['n'])
    await faultyCluster().node(0).sql(`SET GLOBAL max_allowed_packet = ${MAX_ALLOWED}`)
  })

  afterAll(() => faultyCluster().node(0).sql(`SET GLOBAL max_allowed_packet = ${before}`))

  it.each([false, true])(
    'values arrive and come back, and the next statement runs: compressed %s',
    async (compress) => {
      const one = open({ host: faultyCluster().node(0).address, compress })
      // A prepared statement's own bytes: the command, its parameter's type, the length of the value.
      const sizes = compress ? [MOST - 3, MOST] : [MOST - 4, MOST - 3, MOST - 2, MOST - 1, MOST]
      for (const size of sizes) {
        const value = Buffer.alloc(size - 18, 'y')
        for (let time = 0; time < 2; time += 1) {
          expect(await one.execute('SELECT LENGTH(?) AS n', [value])).toMatchObject([[{ n: value.length }], {}])
          expect(await one.query('SELECT 2 AS two')).toMatchObject([[{ two: 2 }], {}])
        }
      }
      const large = Buffer.alloc(2 * MOST + 7, 'z')
      large.writeUInt32LE(0xfe_01_02_03, MOST)
      const [[row]] = await one.execute<{ v: Buffer }[]>('SELECT ? AS v', [large])
      expect(
        createHash('md5')
          .update(row?.v ?? '')
          .digest('hex'),
      ).toBe(createHash('md5').update(large).digest('hex'))
      expect(await one.query('SELECT 2 AS two')).toMatchObject([[{ two: 2 }], {}])
    },
  )
})
