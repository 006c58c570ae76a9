import { setTimeout as delay } from 'node:timers/promises'

import { afterEach, describe, expect, it, onTestFinished } from 'vitest'

import { probeNames } from '../config/probe-names.js'
import { createPool } from '../create-pool.js'
import type { Pool } from '../pool.js'
import { Command, RogueServer } from '../testing/rogue/rogue-server.js'
import { ok, rows } from '../testing/rogue/wire.js'

let pool: Pool | undefined

afterEach(() => pool?.end())

/** A mock, a gateway, a proxy with a rule: whatever is asked, the answer is OK. */
async function agreeable(): Promise<RogueServer> {
  const server = await RogueServer.start(() => [ok()])
  onTestFinished(() => server.stop())
  return server
}

describe('a server that answers everything with OK', () => {
  it.each(['auto', ...probeNames] as const)(
    'lets a query end, and the pool as well: with the probe %s',
    async (probe) => {
      const { host } = await agreeable()
      pool = createPool({
        host,
        user: 'u',
        health: { probe, interval: 50 },
        acquireTimeout: 150,
        connectTimeout: 150,
        noHostTimeout: 150,
      })
      const told = await pool.query('DO 1').then(
        () => 'done',
        ({ code }: { code: string }) => code,
      )
      expect(told).toMatch(/^(?:done|ERR_HOSTPOOL_\w+)$/)
      await delay(120)
      await pool.end()
    },
  )

  it('ends queries also beside a host that is well', async () => {
    const strange = await agreeable()
    const healthy = await RogueServer.start(({ command }) =>
      command === Command.query ? rows([{ name: 'one' }], [['1']]) : [ok()],
    )
    onTestFinished(() => healthy.stop())
    pool = createPool({
      host: [strange.host, healthy.host],
      user: 'u',
      connectionLimit: 2,
      health: { probe: 'auto', interval: 50 },
    })
    for (let time = 0; time < 5; time += 1) {
      const told = await pool.query('SELECT 1 AS one').then(
        () => 'done',
        ({ code }: { code: string }) => code,
      )
      expect(told).toMatch(/^(?:done|ERR_HOSTPOOL_\w+)$/)
    }
  })
})
