import { createPool } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'
import { LivePage } from './live-page.js'

test('the address of the page leads to the pool of the demo', async () => {
  // No server listens there, and nothing connects.
  await using pool = createPool({ host: '127.0.0.1', port: 9, poolName: 'shop' })
  const page = await LivePage.open(pool)
  try {
    expect(page.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const answer = await fetch(page.address)
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('mysql-hostpool: the demo')])
    const json = await fetch(new URL('?file=status.json', page.address))
    expect(await json.json()).toMatchObject({ pools: [{ name: 'shop', hosts: [{ name: '127.0.0.1:9' }] }] })
  } finally {
    page.close()
  }
  await expect(fetch(page.address)).rejects.toThrow('fetch failed')
})
