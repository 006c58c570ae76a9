import { createPool } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'

import { PrismaHostpool } from './prisma-hostpool.js'

test('it presents itself to Prisma as an adapter for MySQL', () => {
  const adapter = new PrismaHostpool('mysql://app@localhost/shop')
  expect(adapter).toMatchObject({ provider: 'mysql', adapterName: '@mysql-hostpool/prisma' })
})

test('every problem of a config is told at once', () => {
  expect(() => new PrismaHostpool({ connectionLimit: 0, port: -1 })).toThrow(
    expect.objectContaining({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: expect.stringMatching(/connectionLimit[^]*port|port[^]*connectionLimit/),
    }),
  )
})

test.each([[undefined], [null], [42], ['db1,db2'], [{ onConnect: 'SET NAMES utf8' }]])('%o is no config', (config) => {
  const given = Object.assign(Object.create(null), { config })
  expect(() => new PrismaHostpool(given.config)).toThrow(expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG' }))
})

test('a pool of another kind is refused', () => {
  const other = Object.assign(Object.create(null), { getConnection: () => undefined, query: () => undefined })
  expect(() => new PrismaHostpool(other)).toThrow(
    expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG', message: expect.stringContaining('createPool()') }),
  )
})

test('a shared pool that has ended is an unusable database, and nothing hangs', async () => {
  const pool = createPool({ host: '127.0.0.1:1' })
  await pool.end()
  await expect(new PrismaHostpool(pool).connect()).rejects.toMatchObject({ errorCode: 'P1017' })
})

test('a database that cannot be reached is told when connecting, with every host', async () => {
  const adapter = new PrismaHostpool({ host: '127.0.0.1:1,127.0.0.1:2' })
  await expect(adapter.connect()).rejects.toMatchObject({
    errorCode: 'P1001',
    code: 'P1001',
    message: expect.stringMatching(/127\.0\.0\.1:1.*127\.0\.0\.1:2/),
  })
})
