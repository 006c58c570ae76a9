import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { formatServerUrl } from '../cluster/index.js'
import { directConnection } from './setup/fresh-database.js'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'

interface Note {
  readonly id: number
  readonly text: string
  readonly likes: number
}

interface Health {
  readonly state: string
  readonly connections: { readonly limit: number; readonly inUse: number }
  readonly hosts: readonly { readonly name: string; readonly state: string }[]
}

let application: ChildProcess
let base: string
let output = ''

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function request(path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json' }
  const options = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(base + path, { ...options, signal: AbortSignal.timeout(20_000) })
  return { status: response.status, body: await response.json() }
}

async function write(text: string): Promise<Note> {
  return (await request('/notes', { text })).body as Note
}

async function hostState(name: string): Promise<string | undefined> {
  const { hosts } = (await request('/health')).body as Health
  return hosts.find((host) => host.name === name)?.state
}

async function likesOf({ id }: Note): Promise<number> {
  const notes = (await request('/notes')).body as Note[]
  return notes.find((note) => note.id === id)?.likes ?? 0
}

describe('the NestJS example, called over HTTP', () => {
  beforeAll(async () => {
    const main = fileURLToPath(new URL('../../examples/nestjs/dist/main.js', import.meta.url))
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    const url = `${formatServerUrl(access)}?connectionLimit=6`
    application = spawn(process.execPath, [main], { env: { ...process.env, DATABASE_URL: url, PORT: String(port) } })
    await new Promise<void>((resolve, reject) => {
      const listen = (chunk: Buffer): void => {
        output += String(chunk)
        if (output.includes('listening on')) resolve()
      }
      application.stdout?.on('data', listen)
      application.stderr?.on('data', listen)
      application.once('exit', (code) => reject(new Error(`The example ended with status ${code}: ${output}`)))
    })
  }, 60_000)

  afterAll(async () => {
    if (application?.exitCode === null && application.signalCode === null) {
      application.kill('SIGKILL')
      await once(application, 'exit')
    }
    const connection = await directConnection(access.hosts.split(',')[0] ?? '')
    await connection.query(`DROP TABLE IF EXISTS \`${access.database}\`.hostpool_example_note`)
    await connection.end()
  })

  test('writes and reads, and answers what was wrong', async () => {
    const note = await write('hello')
    expect(note).toEqual({ id: expect.any(Number) as number, text: 'hello', likes: 0 })
    expect(await request(`/notes/${note.id}/likes`, {})).toMatchObject({ status: 201, body: { likes: 1 } })
    expect(await request('/notes', { text: '' })).toMatchObject({ status: 400 })
    expect(await request('/notes/0/likes', {})).toMatchObject({ status: 404 })
  })

  test('shows the pool, and every host of it', async () => {
    const { status, body } = await request('/health')
    expect(status).toBe(200)
    expect(body).toMatchObject({ state: 'open', connections: { limit: 6, inUse: 0 } })
    expect((body as Health).hosts.map(({ name }) => name)).toEqual(access.hosts.split(','))
  })

  test('is ready, and alive', async () => {
    expect(await request('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { database: { status: 'up', connections: { limit: 6 } } } },
    })
    expect(await request('/health/live')).toMatchObject({ status: 200 })
  })

  test('shows the pool live on a page, with its files, under the path that the page was mounted at', async () => {
    const page = await fetch(`${base}/hostpool`)
    const addresses = [...(await page.text()).matchAll(/(?:src|href)="(\?[^"]*)"/g)].map(([, address]) => address ?? '')
    const files = await Promise.all(addresses.map((address) => fetch(new URL(address, page.url))))
    expect(files.map(({ status, headers }) => [status, headers.get('content-type')?.split(';')[0]])).toEqual(
      ['image/svg+xml', 'text/css', 'text/javascript', 'application/json'].map((type) => [200, type]),
    )
    expect(await files.at(-1)?.json()).toMatchObject({
      pools: [{ hosts: access.hosts.split(',').map((name) => ({ name })) }],
    })
  })

  describeWithFaults('while a node dies', () => {
    const tally = { liked: 0, failed: 0, stop: false }
    let fans: Promise<void>[] = []

    afterEach(async () => {
      tally.stop = true
      await Promise.allSettled(fans)
      await faultyCluster().heal()
    })

    test('every request that was answered counts once, and health tells of the node', async () => {
      const node = faultyCluster().node(1)
      const note = await write('liked by many')
      fans = Array.from({ length: 3 }, async () => {
        while (!tally.stop) {
          const { status } = await request(`/notes/${note.id}/likes`, {})
          if (status === 201) tally.liked += 1
          else tally.failed += 1
        }
      })
      await expect.poll(() => tally.liked, { timeout: 10_000 }).toBeGreaterThan(20)
      await node.kill()
      await expect.poll(() => hostState(node.address), { timeout: 10_000 }).toBe('down')
      const likedSoFar = tally.liked
      await expect.poll(() => tally.liked, { timeout: 15_000 }).toBeGreaterThan(likedSoFar + 20)
      tally.stop = true
      await Promise.all(fans)
      // Of a COMMIT whose answer was lost nobody knows; at most one for each who was at it when the node died.
      expect(tally.failed).toBeLessThanOrEqual(fans.length)
      // The list may come from a node that has still to apply the last likes.
      await expect.poll(() => likesOf(note), { timeout: 5000 }).toBeGreaterThanOrEqual(tally.liked)
      expect(await likesOf(note)).toBeLessThanOrEqual(tally.liked + tally.failed)
      expect(await request('/health/ready')).toMatchObject({ status: 200 })
      expect(output).toContain(`pool 'hostpool': ${node.address} is down: `)
      await faultyCluster().heal()
      await expect.poll(() => hostState(node.address), { timeout: 20_000 }).toBe('up')
    }, 60_000)
  })

  test('ends by itself when it is asked to, with nothing left open', async () => {
    const exit = once(application, 'exit')
    application.kill('SIGTERM')
    expect(await exit).toEqual([null, 'SIGTERM'])
    expect(output).not.toMatch(/Unhandled|Warning:/)
  })
})
