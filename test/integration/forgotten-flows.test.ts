import { setTimeout as delay } from 'node:timers/promises'

import { createPool, type Pool } from '@mysql-hostpool/core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'

import { freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { PacketProxy } from './setup/packet-proxy.js'

let config: TestDatabase
let pool: Pool | undefined
let proxy: PacketProxy | undefined

beforeAll(async () => {
  config = await freshDatabase('forgotten')
  const admin = createPool(config)
  await admin.query('CREATE TABLE item (id INT AUTO_INCREMENT PRIMARY KEY)')
  await admin.end()
})

afterEach(async () => {
  // What fell silent says no goodbye.
  await proxy?.close()
  await pool?.end()
})

const READ = 'SELECT 1'
const WRITE = 'INSERT INTO item VALUES ()'

describe('a firewall has forgotten all connections that rested', () => {
  it.each([
    ['reads, one after the other', READ, false],
    ['reads, at once', READ, true],
    ['writes, one after the other', WRITE, false],
    ['writes, at once', WRITE, true],
  ])('the next statements are served without a failure, and within moments: %s', async (_, sql, atOnce) => {
    proxy = await PacketProxy.open(config.host.split(',')[0] ?? '')
    const few = createPool({
      ...config,
      host: proxy.address,
      endTimeout: 300,
      validateAfterIdle: 50,
      validationTimeout: 150,
    })
    pool = few
    const downs: string[] = []
    few.on('hostDown', ({ reason }) => void downs.push(reason))
    const use = (): Promise<void> =>
      few.withConnection(async (lease) => {
        await lease.query(READ)
        await delay(150)
      })
    await Promise.all(Array.from({ length: 6 }, use))
    await delay(100)
    expect(proxy.flows.size).toBeGreaterThanOrEqual(6)
    for (const flow of proxy.flows) flow.fallSilent()
    const ask = async (): Promise<number> => {
      const began = performance.now()
      await few.query(sql)
      return performance.now() - began
    }
    const times: number[] = []
    if (atOnce) times.push(...(await Promise.all(Array.from({ length: 6 }, ask))))
    else for (let time = 0; time < 3; time += 1) times.push(await ask())
    expect(Math.max(...times)).toBeLessThan(2_000)
    expect(downs).toEqual([])
  })
})
