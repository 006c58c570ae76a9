import { createPool } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'

import { startFakeServers } from './fake-server.js'

test('servers that only pretend are well to a pool, its probes included', async () => {
  const ports = await startFakeServers({ connectTimes: [0, 0] })
  await using pool = createPool({ host: ports.map((port) => `127.0.0.1:${port}`).join(','), user: 'u', password: 'p' })
  const { hosts } = await pool.check({ timeout: 2000 })
  expect(hosts.map(({ state, writable }) => [state, writable])).toEqual(ports.map(() => ['up', true]))
  await pool.query('DO 0')
})
