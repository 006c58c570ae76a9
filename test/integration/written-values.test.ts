import { createPool, isHostpoolError, type Pool, type PoolOptions } from '@mysql-hostpool/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { describeWithFaults, faultyCluster } from './setup/servers.js'

let config: TestDatabase
let admin: Pool
let pool: Pool | undefined

beforeAll(async () => {
  config = await freshDatabase('written_values')
  admin = createPool(config)
  await admin.query('CREATE TABLE secret (id INT PRIMARY KEY, v VARCHAR(40))')
  await admin.query("INSERT INTO secret VALUES (1, 'a'), (2, 'b')")
})

afterAll(() => admin?.end())

afterEach(() => pool?.end())

function open(options: PoolOptions = {}): Pool {
  const [host = ''] = config.host.split(',')
  pool = createPool({ ...config, host, connectionLimit: 1, health: { probe: 'plain' }, ...options })
  return pool
}

type How = 'query' | 'execute'

/** How many rows a value matches that is not there. */
async function matches(from: Pick<Pool, How>, how: How, value: string, options: object = {}): Promise<number> {
  const sql = 'SELECT COUNT(*) AS n FROM secret WHERE v = ?'
  const [[row]] = await from[how]<{ n: number }[]>({ sql, values: [value], ...options })
  return Number(row?.n)
}

/** What a statement with this value may be refused with, where its session is not known to read a backslash one way. */
function refusedIn(value: string, how: How): (error: unknown) => undefined {
  return (error) => {
    const refused = isHostpoolError(error) && error.code === 'ERR_HOSTPOOL_UNSUPPORTED'
    if (!refused || how === 'execute' || !value.includes('\\')) throw error
    return undefined
  }
}

/** Values that come back as others, or match what they should not; a statement may be refused in place of that. */
async function wrongIn(from: Pick<Pool, How>): Promise<string[]> {
  const wrong: string[] = []
  const values = ["O'Brien", 'C:\\dir', '\\', "\\'", 'a\nb', '\0', "x' OR 1=1 -- ", "' OR 1=1 -- ", "\\' OR 1=1 -- "]
  for (const how of ['query', 'execute'] as const) {
    for (const value of values) {
      const refused = refusedIn(value, how)
      const echoed = await from[how]<{ v: string }[]>('SELECT ? AS v', [value]).catch(refused)
      if (echoed !== undefined && echoed[0][0]?.v !== value) wrong.push(`${how} of ${value}: ${echoed[0][0]?.v}`)
      for (const options of [{}, { rowsAsArray: false }]) {
        const found = await matches(from, how, value, options).catch(refused)
        if (found !== undefined && found !== 0) wrong.push(`${how} of ${value} matches ${found} rows`)
      }
    }
    const named = { sql: 'SELECT :a AS v', values: { a: "x' :b" }, namedPlaceholders: true }
    const [[row]] = await from[how]<{ v: string }[]>(named)
    if (row?.v !== "x' :b") wrong.push(`${how} by a name: ${row?.v}`)
  }
  return wrong
}

describe('where a backslash escapes nothing, values are what they are', () => {
  const mode = 'NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES'

  it('by sessionVariables', async () => {
    expect(await wrongIn(open({ sessionVariables: { ...config.sessionVariables, sql_mode: mode } }))).toEqual([])
  })

  it('by onConnect', async () => {
    expect(
      await wrongIn(open({ onConnect: async (one) => void (await one.query(`SET sql_mode = '${mode}'`)) })),
    ).toEqual([])
  })

  it('by a SET of a borrower, and by another that takes it back', async () => {
    await open().withConnection(async (lease) => {
      expect(await wrongIn(lease)).toEqual([])
      await lease.query(`SET sql_mode = '${mode}'`)
      expect(await wrongIn(lease)).toEqual([])
      await lease.query("SET sql_mode = ''")
      expect(await wrongIn(lease)).toEqual([])
    })
  })

  it.each(['query', 'execute'] as const)('by a SET whose value is no part of its text, sent by %s', async (how) => {
    await open().withConnection(async (lease) => {
      await lease[how]('SET sql_mode = ?', [mode])
      // Nothing is refused: the mode is known.
      const [[row]] = await lease.query<{ v: string }[]>('SELECT ? AS v', ["\\' OR 1=1 -- "])
      expect(row?.v).toBe("\\' OR 1=1 -- ")
      expect(await wrongIn(lease)).toEqual([])
    })
  })

  it('by the first of several statements, of which the second fails', async () => {
    await open({ multipleStatements: true }).withConnection(async (lease) => {
      await expect(lease.query(`SET sql_mode = '${mode}'; SELECT nothing`)).rejects.toMatchObject({ errno: 1054 })
      expect(await wrongIn(lease)).toEqual([])
    })
  })

  it('by a procedure', async () => {
    await admin.query(`CREATE PROCEDURE change_mode() SET SESSION sql_mode = '${mode}'`)
    await admin.query(`CREATE PROCEDURE change_and_tell() BEGIN SET SESSION sql_mode = '${mode}'; SELECT 1; END`)
    for (const sql of ['CALL change_mode()', 'CALL change_and_tell()']) {
      for (const how of ['query', 'execute'] as const) {
        await open().withConnection(async (lease) => {
          await lease[how](sql)
          expect(await wrongIn(lease)).toEqual([])
        })
        await pool?.end()
      }
    }
  })

  it('also for a statement that was asked for before the SET was answered', async () => {
    await open().withConnection(async (lease) => {
      const set = lease.query(`SET sql_mode = '${mode}'`)
      const asked = lease.query('SELECT COUNT(*) AS n FROM secret WHERE v = ?', ["\\' OR 1=1 -- "])
      await set
      expect(await asked).toMatchObject([[{ n: 0 }], {}])
    })
  })

  describeWithFaults('by the server itself', () => {
    let before: string

    beforeAll(async () => {
      const [row] = await faultyCluster().node(0).sql('SELECT @@GLOBAL.sql_mode AS mode')
      before = String(row?.['mode'])
      await faultyCluster().node(0).sql(`SET GLOBAL sql_mode = '${mode}'`)
    })

    afterAll(() => faultyCluster().node(0).sql(`SET GLOBAL sql_mode = '${before}'`))

    it('from the first statement on', async () => {
      expect(await wrongIn(open({ host: faultyCluster().node(0).address }))).toEqual([])
    })
  })
})

/** Values whose characters have a quote or a backslash as one of their bytes, in some charset or when they are cut. */
const CUT = [
  '\u0127 OR 1=1 -- ',
  '\u4e27 OR 1=1 -- ',
  '\u015c\u0127 OR 1=1 -- ',
  "縗' OR 1=1 -- ",
  "誠' OR 1=1 -- ",
  '\u0127 OR 1=1 # ',
]

describe('a value with characters that a charset has not', () => {
  it.each([
    'utf8mb4_unicode_ci',
    'latin1',
    'latin1_swedish_ci',
    'binary',
    'ascii',
    'latin2',
    'cp1251',
    'gbk',
    'sjis',
    'big5',
  ])('matches nothing, or is refused: %s', async (charset) => {
    const one = open({ charset })
    for (const value of CUT) {
      for (const how of ['query', 'execute'] as const) {
        const found = await matches(one, how, value).catch((error: unknown) => {
          if (isHostpoolError(error) && error.code === 'ERR_HOSTPOOL_UNSUPPORTED') return 0
          throw error
        })
        expect(found).toBe(0)
      }
    }
    expect(await one.query("SELECT ? = 'plain' AS same", ['plain'])).toMatchObject([[{ same: 1 }], {}])
  })

  it('is refused after SET NAMES as well, and the lease goes on', async () => {
    await open().withConnection(async (lease) => {
      await lease.query('SET NAMES latin1')
      for (const how of ['query', 'execute'] as const) {
        await expect(matches(lease, how, '\u0127 OR 1=1 -- ')).rejects.toMatchObject({
          code: 'ERR_HOSTPOOL_UNSUPPORTED',
        })
        expect(await lease[how]('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
      }
    })
  })
})

describe('after SET NAMES', () => {
  it.each(['query', 'execute'] as const)(
    'text arrives as it is, whatever the statement is decoded by: %s',
    async (how) => {
      for (const decoding of [
        { supportBigNumbers: true },
        { dateStrings: true },
        { rowsAsArray: true },
        { namedPlaceholders: true },
      ]) {
        await open({ supportBigNumbers: true, bigNumberStrings: false }).withConnection(async (lease) => {
          await lease.query('SET NAMES latin1')
          const sql = 'SELECT HEX(CONVERT(? USING utf8mb4)) AS h, CHAR_LENGTH(?) AS n'
          for (const given of [undefined, decoding, undefined, decoding]) {
            const [[row]] = await lease[how]({ sql, values: ['é', 'é'], decoding: given })
            expect(Object.values(row ?? {}).map(String)).toEqual(['C3A9', '1'])
          }
        })
        await pool?.end()
      }
    },
  )

  it('the next borrower has the pool’s charset', async () => {
    const one = open()
    await one.withConnection((lease) => lease.query('SET NAMES latin1'))
    expect(await one.query('SELECT HEX(?) AS h, @@character_set_client AS c', ['é'])).toMatchObject([
      [{ h: 'C3A9', c: 'utf8mb4' }],
      {},
    ])
  })
})
