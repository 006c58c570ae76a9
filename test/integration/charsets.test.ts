import {
  createPool,
  isHostpoolError,
  type Lease,
  type Pool,
  type PoolOptions,
  type StatementResult,
} from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import { afterEach, describe, expect, it } from 'vitest'

import { access } from './setup/servers.js'

const [host = ''] = access.hosts.split(',')
const CONNECTION = { host, user: access.user, password: access.password, database: access.database }
const NO_BACKSLASH_ESCAPES = "'NO_BACKSLASH_ESCAPES'"

const SINGLE_BYTE = [
  'latin1',
  'ascii',
  'binary',
  'latin2',
  'cp850',
  'cp852',
  'cp866',
  'koi8r',
  'koi8u',
  'hebrew',
  'tis620',
  'greek',
]
const MORE_SINGLE_BYTE = ['cp1250', 'cp1251', 'cp1256', 'cp1257', 'latin5', 'latin7', 'macroman']
const MULTI_BYTE = ['big5', 'gb2312', 'gbk', 'sjis', 'cp932', 'ujis', 'euckr', 'utf8', 'utf8mb4']
const CHARSETS = [...SINGLE_BYTE, ...MORE_SINGLE_BYTE, ...MULTI_BYTE]

/** Where the characters of these charsets are, and more. */
const BLOCKS = [
  [0x20, 0x45f],
  [0x5b0, 0x6d2],
  [0xe00, 0xe7f],
  [0x2010, 0x20ac],
  [0x2100, 0x22ff, 3],
  [0x2500, 0x26ff, 5],
  [0x3000, 0x30ff],
  [0x4e00, 0x9fff, 31],
  [0xac00, 0xd7a3, 31],
  [0xe000, 0xf8ff, 97],
  [0xf900, 0xffff, 11],
] as const
const CHARACTERS = BLOCKS.flatMap(([first, last, step = 1]) =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) =>
    String.fromCodePoint(first + index * step),
  ),
)

/** A quarter of them, another one for each of four charsets. */
function someFor(charset: string): string[] {
  const share = CHARSETS.indexOf(charset) % 4
  return CHARACTERS.filter((_, index) => index % 4 === share)
}

/** What breaks out of literals: of quotes, backslashes, and characters that are cut down or written to them. */
const BREAKING = [
  "O'Brien",
  'C:\\dir\\',
  "\\' OR 1=1 -- ",
  "x' OR 1=1 -- ",
  '\u0127 OR 1=1 -- ',
  '\u4e27 OR 1=1 -- ',
  "縗' OR 1=1 -- ",
  "誠\\' OR 1=1 -- ",
  "¥' OR 1=1 -- ",
  "À' OR 1=1 # ",
  "\ufffd' OR 1=1 -- ",
  "€' OR '1",
  '\0\b\t\n\r\u001a"`%_',
  '😀',
]

type Method = 'query' | 'execute'

/** What the shape's connection has beyond mysql2's. */
interface Shaped {
  readonly connection: { readonly lease: Lease }
}

let pool: Pool | undefined

afterEach(() => pool?.end())

function single(options: PoolOptions): Pool {
  pool = createPool({ ...CONNECTION, connectionLimit: 1, ...options })
  return pool
}

/** What the server made of each value, in UTF-8; nothing for those with a character that is refused. */
async function arrived(
  on: Pick<Lease, Method>,
  method: Method,
  values: readonly string[],
): Promise<Map<string, string>> {
  let left = values
  while (left.length > 0) {
    const sql = `SELECT ${left.map((_, index) => `HEX(CONVERT(? USING utf8mb4)) AS v${index}`).join(', ')}`
    try {
      const [rows] = await on[method](sql, [...left])
      return new Map(Object.values(rows[0] ?? {}).map((answer, index) => [left[index] ?? '', String(answer)]))
    } catch (error) {
      if (!isHostpoolError(error) || error.code !== 'ERR_HOSTPOOL_UNSUPPORTED') throw error
      const point = /U\+([0-9A-F]+)/.exec(error.message)?.[1]
      // Without a character it is the backslashes that are refused.
      const refused = point === undefined ? '\\' : String.fromCodePoint(Number.parseInt(point, 16))
      const rest: string[] = left.filter((value) => !value.includes(refused))
      expect(rest.length).toBeLessThan(left.length)
      left = rest
    }
  }
  return new Map()
}

/** Values that arrived as others, and how many arrived at all. */
async function falsified(on: Pick<Lease, Method>, method: Method, values: readonly string[]) {
  const wrong: string[] = []
  let count = 0
  for (let start = 0; start < values.length; start += 16) {
    for (const [value, answer] of await arrived(on, method, values.slice(start, start + 16))) {
      count += 1
      if (answer !== Buffer.from(value).toString('hex').toUpperCase())
        wrong.push(`${JSON.stringify(value)} → ${answer}`)
    }
  }
  return { wrong, count }
}

describe.each(CHARSETS)('in a session of %s', (charset) => {
  it('a character arrives as itself or is refused', async () => {
    const { wrong, count } = await falsified(single({ charset }), 'query', someFor(charset))
    expect(wrong).toEqual([])
    // A share of ASCII, at least.
    expect(count).toBeGreaterThanOrEqual(20)
  })

  it.each(['', 'NO_BACKSLASH_ESCAPES'])('what breaks out of literals does not, with sql_mode = "%s"', async (mode) => {
    const on = single({ charset, sessionVariables: { sql_mode: mode } })
    for (const method of ['query', 'execute'] as const) {
      expect(await falsified(on, method, BREAKING)).toMatchObject({ wrong: [] })
    }
  })

  it('nothing is different when SET NAMES has chosen it', async () => {
    await single({}).withConnection(async (lease) => {
      await lease.query(`SET NAMES ${charset}`)
      for (const method of ['query', 'execute'] as const) {
        expect(await falsified(lease, method, BREAKING)).toMatchObject({ wrong: [] })
      }
    })
  })
})

describe('where a backslash escapes nothing', () => {
  it.each<[string, PoolOptions, ((lease: Lease) => Promise<unknown>)?]>([
    ['sessionVariables', { sessionVariables: { sql_mode: 'NO_BACKSLASH_ESCAPES' } }],
    [
      'onConnect',
      { onConnect: async (connection) => void (await connection.query(`SET sql_mode = ${NO_BACKSLASH_ESCAPES}`)) },
    ],
    ['SET in the lease', {}, (lease) => lease.query(`SET sql_mode = ${NO_BACKSLASH_ESCAPES}`)],
    ['SET @@ in the lease', {}, (lease) => lease.query(`SET @@sql_mode = ${NO_BACKSLASH_ESCAPES}`)],
  ])('by %s: values arrive, and escape() and format() write for it', async (_how, options, set) => {
    const shape = mysql2Pool(single(options))
    const connection = await shape.promise().getConnection()
    await set?.((connection as unknown as Shaped).connection.lease)
    for (const value of BREAKING) {
      const wanted = [{ v: value, same: 1 }]
      const [rows] = await connection.query('SELECT ? AS v, ? = ? AS same', [value, value, value])
      expect(rows).toEqual(wanted)
      const written = connection.escape(value)
      expect(
        (await connection.query(`SELECT ${written} AS v, ${connection.format('? = ?', [value, value])} AS same`))[0],
      ).toEqual(wanted)
    }
    connection.release()
    await shape.promise().end()
  })

  it('a routine, a statement and an error that set the mode for a while, or say so, lead to no other value', async () => {
    await single({}).withConnection(async (lease) => {
      await lease.query('DROP PROCEDURE IF EXISTS esc_mode')
      await lease.query(`CREATE PROCEDURE esc_mode() SET sql_mode = ${NO_BACKSLASH_ESCAPES}`)
      for (const sql of [
        'CALL esc_mode()',
        `SET STATEMENT sql_mode = ${NO_BACKSLASH_ESCAPES} FOR SELECT 1`,
        `SET STATEMENT sql_mode = ${NO_BACKSLASH_ESCAPES} FOR DO 1`,
        `SET sql_mode = ${NO_BACKSLASH_ESCAPES}`,
        "SET STATEMENT sql_mode = '' FOR DO 1",
        'CALL esc_mode()',
        "SET sql_mode = ''",
      ]) {
        await lease.query(sql).catch(() => {})
        for (const method of ['query', 'execute'] as const) {
          expect(await falsified(lease, method, BREAKING), `${sql}, by ${method}`).toMatchObject({ wrong: [] })
        }
      }
    })
  })

  it('the mode and the charset that several statements set on their way let no value break out', async () => {
    await single({ multipleStatements: true }).withConnection(async (lease) => {
      for (const set of [
        `SET sql_mode = ${NO_BACKSLASH_ESCAPES}`,
        "SET sql_mode = ''",
        'SET NAMES gbk',
        'SET NAMES utf8mb4',
      ]) {
        for (const value of BREAKING) {
          const sql = `${set}; SELECT COUNT(*) AS n FROM (SELECT 1 UNION SELECT 2) AS t WHERE 'a' = ?`
          const answer = await lease.query<StatementResult>(sql, [value]).catch((error: unknown) => error)
          if (isHostpoolError(answer)) continue
          expect(answer, `${set}, then ${value}`).toHaveProperty([0, 1, 0, 'n'], 0)
        }
      }
    })
  })
})
