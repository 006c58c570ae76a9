import { createPool } from '@mysql-hostpool/core'
import { PrismaHostpool } from '@mysql-hostpool/prisma'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { openPrismaDatabase, type PrismaDatabase } from './prisma/database.js'
import { Prisma, PrismaClient } from './prisma/generated/client.js'

let database: PrismaDatabase
let one: ReturnType<typeof createPool>
let prisma: PrismaClient

beforeAll(async () => {
  database = await openPrismaDatabase('prisma_keys')
  // As an application may have it whose other library counts changed rows.
  one = createPool({ ...database.options, connectionLimit: 1, flags: ['-FOUND_ROWS'] })
  prisma = new PrismaClient({ adapter: new PrismaHostpool(one) })
})

afterAll(async () => {
  await prisma?.$disconnect()
  await one?.end()
  await database?.[Symbol.asyncDispose]()
})

describe('a key of a TIME and a DECIMAL', () => {
  const key = { at: new Date('1970-01-01T10:11:12.340Z'), price: new Prisma.Decimal('1.50') }
  const where = { at_price: key }

  beforeEach(async () => {
    await prisma.booking.deleteMany()
    await prisma.slot.deleteMany()
    await prisma.slot.create({ data: { ...key, note: 1, bookings: { create: [{ id: 1 }, { id: 2 }] } } })
  })

  test('finds, changes and removes its row', async () => {
    expect(await prisma.slot.findUnique({ where })).toEqual({ ...key, note: 1 })
    expect(await prisma.slot.findMany({ cursor: where, take: 1 })).toHaveLength(1)
    expect(await prisma.slot.update({ where, data: { note: { increment: 1 } } })).toEqual({ ...key, note: 2 })
    const upserted = await prisma.slot.upsert({ where, create: { ...key, note: 0 }, update: { note: 3 } })
    expect(upserted).toEqual({ ...key, note: 3 })
    expect(await prisma.slot.delete({ where })).toEqual({ ...key, note: 3 })
    expect(await prisma.slot.count()).toBe(0)
  })

  test('joins rows both ways, also where the reference is of another precision', async () => {
    const { bookings } = await prisma.slot.findUniqueOrThrow({ where, include: { bookings: true } })
    expect(bookings.map(({ id }) => id)).toEqual([1, 2])
    expect((await prisma.booking.findMany({ include: { slot: true } })).map(({ slot }) => slot?.note)).toEqual([1, 1])
    const [row] = await prisma.$queryRaw<object[]>`SELECT at FROM Slot`
    expect(row).toEqual({ at: key.at })
  })

  test('connects, disconnects and changes through the relation', async () => {
    const apart = await prisma.slot.update({
      where,
      data: { bookings: { disconnect: [{ id: 1 }] } },
      include: { bookings: true },
    })
    expect(apart.bookings).toHaveLength(1)
    const again = await prisma.booking.update({
      where: { id: 1 },
      data: { slot: { connect: where } },
      include: { slot: true },
    })
    expect(again.slot).toEqual({ ...key, note: 1 })
    await prisma.booking.update({ where: { id: 2 }, data: { slot: { update: { note: 7 } } } })
    expect(await prisma.slot.findUnique({ where })).toMatchObject({ note: 7 })
  })

  test('counts a row that an update leaves as it is', async () => {
    expect(await prisma.slot.updateMany({ where: key, data: { note: 1 } })).toEqual({ count: 1 })
    expect(await prisma.slot.update({ where, data: { note: 1 } })).toEqual({ ...key, note: 1 })
  })
})

describe('a key of a DATETIME with microseconds, and one of BIT', () => {
  const bits = Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 1)

  beforeEach(async () => {
    await database.pool.query(
      "REPLACE INTO Moment VALUES ('2024-01-02 03:04:05.123456', 1), ('1924-01-02 00:00:00', 2)",
    )
    await database.pool.query('REPLACE INTO Mark SELECT 0xFF00000000000000 + note, at FROM Moment')
    await one.query('SELECT 1')
  })

  test('leads from one row to the other', async () => {
    const found = await prisma.mark.findUniqueOrThrow({ where: { bits }, include: { moment: true } })
    expect(found).toMatchObject({ bits, moment: { note: 1 } })
    const changed = await prisma.mark.update({
      where: { bits },
      data: { moment: { update: { note: 9 } } },
      include: { moment: true },
    })
    expect(changed.moment?.note).toBe(9)
    const moments = await prisma.moment.findMany({ include: { marks: true }, orderBy: { at: 'asc' } })
    expect(moments.map(({ marks }) => marks.length)).toEqual([1, 1])
  })
})
