import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createPool, type Pool } from '@mysql-hostpool/core'
import { statusPage } from '@mysql-hostpool/status-page'
import type { Page } from 'puppeteer-core'
import { expect, it, onTestFinished } from 'vitest'

import { startBrowser } from '../browser/browser.js'
import { findChromium, installAdvice, missingPackages } from '../browser/installation.js'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'

/** Milliseconds that a page may take to show what its pool knows. */
const AT_ONCE = 1_000

const chromium = findChromium()

/** Serves the page of a pool. Resolves to its address. */
async function serve(pool: Pool): Promise<string> {
  const server = createServer(statusPage(pool))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hostpool`
}

/** Opens an address. What the browser complains of is collected: a script or style that the policy refuses is among it. */
async function openPage(address: string): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const browser = await startBrowser(chromium ?? '')
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('requestfailed', (request) => complaints.push(`not loaded: ${request.url()}`))
  await page.goto(address)
  return { page, complaints }
}

/** Waits until the page shows this state for a host. Resolves to the time, a `Date.now()` time. */
async function shown(page: Page, host: string, state: string): Promise<number> {
  // Runs in the browser, whose types this package does not have.
  const cell = `[...document.querySelectorAll('.hosts tbody tr')]
    .find((row) => row.querySelector('th').textContent === ${JSON.stringify(host)})?.querySelector('.state').textContent`
  await page.waitForFunction(`(${cell}) === ${JSON.stringify(state)}`, { timeout: 20_000, polling: 50 })
  return Date.now()
}

function sentence(page: Page): Promise<string> {
  return page.$eval('.sentence', (element) => element.textContent)
}

/** When the pool notices it. */
function noticed(pool: Pool, event: 'hostDown' | 'hostUp', host: string): Promise<number> {
  return new Promise((resolve) => {
    pool.on(event, (told) => {
      if (told.host === host) resolve(Date.now())
    })
  })
}

describeWithFaults('the status page in a browser', () => {
  it('shows within a second that a node was killed, and that it is back', async ({ skip }) => {
    skip(chromium === undefined, installAdvice(missingPackages()))
    onTestFinished(() => faultyCluster().heal())
    const { hosts, user, password, database } = access
    const pool = createPool({ host: hosts, user, password, database, connectionLimit: 6, minIdle: 6, poolName: 'shop' })
    onTestFinished(() => pool.end())
    await pool.check()
    const { page, complaints } = await openPage(await serve(pool))
    const { address } = faultyCluster().node(1)
    await shown(page, address, 'up')
    expect(await sentence(page)).toContain('All is well')

    const lost = noticed(pool, 'hostDown', address)
    await faultyCluster().node(1).kill()
    const downShown = await shown(page, address, 'down')
    expect(downShown - (await lost)).toBeLessThan(AT_ONCE)
    expect(await sentence(page)).toMatch(/has been down for .*; reads and writes go on with/)
    expect(await page.$eval('.events', (table) => table.textContent)).toContain(`${address} is down`)

    const back = noticed(pool, 'hostUp', address)
    await faultyCluster().node(1).start()
    const upShown = await shown(page, address, 'up')
    expect(upShown - (await back)).toBeLessThan(AT_ONCE)
    expect(await page.$eval('.events', (table) => table.textContent)).toContain(`${address} is up`)
    expect(complaints).toEqual([])
  })
})
