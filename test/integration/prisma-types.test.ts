import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openPrismaDatabase, type PrismaDatabase } from './prisma/database.js'
import type { Prisma, PrismaClient } from './prisma/generated/client.js'

let database: PrismaDatabase
let prisma: PrismaClient

beforeAll(async () => {
  database = await openPrismaDatabase('prisma_types')
  prisma = database.prisma
})

afterAll(() => database[Symbol.asyncDispose]())

type Data = Prisma.EverythingCreateInput

/** What comes back of a row: in the answer to the write, and when it is read again. */
async function roundTrip(data: Data): Promise<[written: object, read: object | null]> {
  const { id, ...written } = await prisma.everything.create({ data })
  return [written, await prisma.everything.findUnique({ where: { id } })]
}

const integer = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.uint8Array({ maxLength }).map((value) => Uint8Array.from(value))
const moment = fc.date({
  min: new Date('0001-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})
const timestamp = fc.date({
  min: new Date('1970-01-01T00:00:01.000Z'),
  max: new Date('2038-01-19T03:14:07.999Z'),
  noInvalidDate: true,
})
// A lone surrogate is no text and cannot be stored as such; CHAR loses blanks at its end.
const text = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: 'grapheme', maxLength })
const decimal = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 35n - 1n }), fc.bigInt({ min: 0n, max: 10n ** 30n - 1n }))
  .map(([negative, whole, part]) => `${negative ? '-' : ''}${whole}.${part.toString().padStart(30, '0')}`)
const float32 = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(1e-30), max: Math.fround(1e30) })
const decimalFloat = float32.map((value) => Number(value.toPrecision(6)))
// Prisma itself rounds whole numbers beyond 2^53, and JSON documents that are a number, before an adapter sees them.
const double = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 53), max: 2 ** 53 })
  .map((value) => (value === 0 ? 0 : value))

// Prisma itself loses a key of this name.
const jsonValue = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"__proto__"'))

describe('what is written comes back', () => {
  const properties: [string, fc.Arbitrary<Data>][] = [
    [
      'integers of every width',
      fc.record({
        tiny: integer(-128, 127),
        utiny: integer(0, 255),
        small: integer(-32_768, 32_767),
        usmall: integer(0, 65_535),
        medium: integer(-8_388_608, 8_388_607),
        umedium: integer(0, 16_777_215),
        int: integer(-2_147_483_648, 2_147_483_647),
        uint: integer(0, 4_294_967_295),
        year: integer(1901, 2155),
      }),
    ],
    [
      'bigints',
      fc.record({
        big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        ubig: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      }),
    ],
    ['booleans', fc.record({ boolean: fc.boolean(), bit1: fc.boolean() })],
    ['floating point', fc.record({ float: decimalFloat, double })],
    ['points in time', fc.record({ datetime: moment, timestamp })],
    ['texts', fc.record({ varchar: text(40), text: text(2000) })],
    ['bytes', fc.record({ varbinary: bytes(200), blob: bytes(5000) })],
    [
      'bits',
      fc.record({ bit64: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((value) => Uint8Array.from(value)) }),
    ],
    ['enums', fc.record({ enum: fc.constantFrom('red' as const, 'green' as const, 'dark_blue' as const) })],
  ]

  test.each(properties)('%s', async (_, property) => {
    await fc.assert(
      fc.asyncProperty(property, async (data) => {
        expect(await roundTrip(data)).toMatchObject([data, data])
      }),
      { numRuns: 40 },
    )
  })

  test('decimals of 65 digits', async () => {
    await fc.assert(
      fc.asyncProperty(decimal, async (value) => {
        const { id } = await prisma.everything.create({ data: { decimal: value } })
        const where = { id, decimal: value }
        const found = await prisma.everything.findFirst({ where })
        expect(found?.decimal?.equals(value)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('dates and times of day', async () => {
    await fc.assert(
      fc.asyncProperty(moment, async (value) => {
        const date = new Date(value)
        date.setUTCHours(0, 0, 0, 0)
        const time = new Date(value.getTime() - date.getTime())
        expect(await roundTrip({ date: value, time: value })).toMatchObject([
          { date, time },
          { date, time },
        ])
      }),
      { numRuns: 40 },
    )
  })

  test('JSON', async () => {
    await fc.assert(
      fc.asyncProperty(jsonValue, async (value) => {
        const json = JSON.parse(JSON.stringify([value])) as Prisma.InputJsonValue
        const { id } = await prisma.everything.create({ data: { json } })
        const found = await prisma.everything.findUniqueOrThrow({ where: { id } })
        // MySQL orders the keys of objects.
        expect(found.json).toEqual(json)
      }),
      { numRuns: 40 },
    )
  })

  test('NULL in every column', async () => {
    const { id, ...created } = await prisma.everything.create({ data: {} })
    expect(new Set(Object.values(created))).toEqual(new Set([null]))
    const { id: same, ...found } = await prisma.everything.findUniqueOrThrow({ where: { id } })
    expect(same).toBe(id)
    expect(new Set(Object.values(found))).toEqual(new Set([null]))
  })
})

describe('what is written is found again by its value', () => {
  const values = [
    ['FLOAT', { float: 1.1 }],
    ['DOUBLE', { double: 0.1 }],
    ['BIGINT beyond 2^53', { big: 9_007_199_254_740_993n }],
    ['INT UNSIGNED', { uint: 4_294_967_295 }],
    ['YEAR', { year: 2155 }],
    ['BOOLEAN', { boolean: true, bit1: false }],
    ['DATETIME and TIMESTAMP', { datetime: new Date('0099-02-03T04:05:06.007Z'), timestamp: new Date('2038-01-01Z') }],
    ['DATE', { date: new Date('2024-02-29') }],
    ['TIME', { time: new Date('1970-01-01T23:59:59.999Z') }],
    ['ENUM', { enum: 'dark_blue' }],
    ['VARCHAR', { varchar: `it's "quoted" \\ 🙂` }],
    ['BLOB', { blob: Uint8Array.of(0, 39, 92, 255) }],
  ] as const

  test.each(values)('%s', async (_, data) => {
    const { id } = await prisma.everything.create({ data })
    await expect(prisma.everything.findFirst({ where: { ...data, id } })).resolves.toMatchObject({ id })
  })
})

describe('exactness', () => {
  test('increment, decrement and multiply of a Decimal lose no digit', async () => {
    const { id } = await prisma.everything.create({
      data: { decimal: '12345678901234567890.000000000000000000000000000001' },
    })
    const change = async (decimal: Prisma.DecimalFieldUpdateOperationsInput) => {
      const { decimal: result } = await prisma.everything.update({ where: { id }, data: { decimal } })
      return result?.toString()
    }
    await expect(change({ increment: '0.000000000000000000000000000002' })).resolves.toBe(
      '12345678901234567890.000000000000000000000000000003',
    )
    await expect(change({ decrement: '12345678901234567889' })).resolves.toBe('1.000000000000000000000000000003')
    await expect(change({ multiply: '3' })).resolves.toBe('3.000000000000000000000000000009')
  })

  test('a Decimal is compared as a decimal, not in floating point', async () => {
    const { id } = await prisma.everything.create({ data: { decimal: '0.100000000000000000000000000001' } })
    const find = (decimal: string) => prisma.everything.findFirst({ where: { id, decimal } })
    await expect(find('0.1')).resolves.toBeNull()
    await expect(find('0.100000000000000000000000000001')).resolves.toMatchObject({ id })
  })

  test('a BIGINT beyond 2^53 is incremented by one', async () => {
    const { id } = await prisma.everything.create({ data: { big: 9_007_199_254_740_992n } })
    const { big } = await prisma.everything.update({ where: { id }, data: { big: { increment: 1 } } })
    expect(big).toBe(9_007_199_254_740_993n)
  })

  test('numbers in JSON keep their text', async () => {
    await prisma.$executeRaw`INSERT INTO Everything (id, json) VALUES (900001, ${'[1.0, 12345678901234567890]'})`
    const adapterRow = await prisma.$queryRaw<{ text: string }[]>`
      SELECT CAST(json AS CHAR) AS text FROM Everything WHERE id = 900001`
    expect(adapterRow[0]?.text).toBe('[1.0, 12345678901234567890]')
  })

  test('the largest number of placeholders, and more than that', async () => {
    const wanted = [900_002, 900_003]
    await prisma.everything.createMany({ data: wanted.map((id) => ({ id })) })
    const ids = (count: number) => [...wanted, ...Array.from({ length: count - 2 }, (_, index) => 10_000_000 + index)]
    for (const count of [65_535, 70_000]) {
      const found = await prisma.everything.findMany({ where: { id: { in: ids(count) } }, select: { id: true } })
      expect(new Set(found.map(({ id }) => id))).toEqual(new Set(wanted))
    }
  }, 60_000)
})

describe('types that only raw queries meet', () => {
  test('UUID, INET6, SET, GEOMETRY and BIT', async () => {
    // MySQL has no types of these names; there they are texts.
    const [uuidType, inetType] = database.isMariaDb ? ['UUID', 'INET6'] : ['CHAR(36)', 'CHAR(39)']
    const sql = `SELECT CAST('123e4567-e89b-12d3-a456-426614174000' AS ${uuidType}) AS uuid,
      CAST('::1' AS ${inetType}) AS inet, s, g, b FROM Odd`
    await prisma.$executeRaw`CREATE TABLE Odd (id INT PRIMARY KEY, s SET('x', 'y', 'z'), g GEOMETRY, b BIT(12))`
    await prisma.$executeRaw`INSERT INTO Odd VALUES (1, 'x,z', ST_GeomFromText('POINT(1 2)', 3857), b'101100000001')`
    const point = Buffer.alloc(25)
    point.writeUInt32LE(3857, 0)
    point.writeUInt8(1, 4)
    point.writeUInt32LE(1, 5)
    point.writeDoubleLE(1, 9)
    point.writeDoubleLE(2, 17)
    const expected = [
      {
        uuid: '123e4567-e89b-12d3-a456-426614174000',
        inet: '::1',
        s: 'x,z',
        g: Uint8Array.from(point),
        b: Uint8Array.of(0x0b, 0x01),
      },
    ]
    await expect(prisma.$queryRawUnsafe(sql)).resolves.toEqual(expected)
    await expect(prisma.$queryRawUnsafe(sql)).resolves.toEqual(expected)
    await prisma.$executeRaw`UPDATE Odd SET g = ${point}, s = ${'x,z'}, b = ${expected[0]?.b}`
    await expect(prisma.$queryRawUnsafe(sql)).resolves.toEqual(expected)
  })

  test('microseconds stay, as far as a Date can show them', async () => {
    const [row] = await prisma.$queryRaw<{ at: Date }[]>`SELECT TIMESTAMP('2024-01-02 03:04:05.678901') AS at`
    expect(row?.at).toEqual(new Date('2024-01-02T03:04:05.678Z'))
  })

  test.each(['0000-00-00', '2024-00-10', '2024-02-00'])(
    'the date %s is an error that says which column and what to do',
    async (born) => {
      await database.pool.withConnection(async (connection) => {
        await connection.query("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'")
        await connection.query('DROP TABLE IF EXISTS Born')
        await connection.query(
          'CREATE TABLE Born (id INT PRIMARY KEY, born DATE, at DATETIME, stamp TIMESTAMP(6) NULL)',
        )
        await connection.query("INSERT INTO Born VALUES (1, ?, ?, '0000-00-00')", [born, born])
        await connection.query('REPLACE INTO Everything (id, date) VALUES (900100, ?)', [born])
      })
      await expect(prisma.$queryRaw`SELECT born FROM Born`).rejects.toThrow(/'born'.*NULLIF/)
      await expect(prisma.$queryRaw`SELECT at FROM Born`).rejects.toThrow(/'at'.*NULLIF/)
      await expect(prisma.$queryRaw`SELECT stamp FROM Born`).rejects.toThrow(/'stamp'.*NULLIF/)
      await expect(prisma.everything.findUnique({ where: { id: 900_100 } })).rejects.toMatchObject({
        code: 'P2023',
        message: expect.stringContaining("'date'"),
      })
    },
  )

  test('a TIME that is a duration is an error that says so', async () => {
    const attempt = prisma.$queryRaw`SELECT TIME('30:00:00') AS took`
    await expect(attempt).rejects.toMatchObject({ message: expect.stringMatching(/'took'.*not a time of day/) })
  })
})
