import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

import express from 'express'
import fastify from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'

import type { StatusPageOptions } from './options.js'
import type { PageMessage } from './page-message.js'
import { makeHandler, type StatusPageHandler } from './status-page.js'
import { FakePool } from './testing/fake-pool.js'
import { PageServer } from './testing/page-server.js'

const FILES = {
  'page.js': { type: 'text/javascript', text: 'listen()' },
  'page.css': { type: 'text/css', text: 'body{}' },
  'icon.svg': { type: 'image/svg+xml', text: '<svg/>' },
}

interface Mounted {
  readonly server: Server
  readonly close: () => Promise<unknown>
}

type Mount = (page: StatusPageHandler) => Promise<Mounted>

async function inExpress(page: StatusPageHandler): Promise<Mounted> {
  const app = express()
  app.use('/hostpool', page)
  app.use((_request, response) => void response.status(404).send('of the application'))
  const server = createServer(app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, close: () => new Promise((resolve) => server.close(resolve)) }
}

async function inFastify(page: StatusPageHandler): Promise<Mounted> {
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } })
  app.get('/hostpool', (request, reply) => {
    reply.hijack()
    page(request.raw, reply.raw)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { server: app.server, close: () => app.close() }
}

async function serve(mount: Mount, options: StatusPageOptions = {}): Promise<PageServer & Pick<Mounted, 'close'>> {
  const { server, close } = await mount(makeHandler([new FakePool().pool], options, () => FILES))
  let closing: Promise<unknown> | undefined
  onTestFinished(async () => {
    server.closeAllConnections()
    await (closing ?? close())
  })
  return Object.assign(new PageServer(server), { close: () => (closing = close()) })
}

describe.each([
  { name: 'Express', mount: inExpress },
  { name: 'Fastify', mount: inFastify },
])('the page in $name', ({ name, mount }) => {
  it.each(['/hostpool', '/hostpool/', '/hostpool?', '/hostpool/?theme=dark'])(
    'is at the path that it was mounted at: %s',
    async (path) => {
      const server = await serve(mount)
      const { status, headers, body } = await server.ask(path)
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      // As a browser reads them: an address of a query alone is one of the same path.
      const base = `http://localhost${path}`
      const addresses = [...body.matchAll(/(?:src|href)="(\?[^"]*)"/g)].map(
        ([, address]) => new URL(address ?? '', base),
      )
      const files = await Promise.all(addresses.map(({ pathname, search }) => server.ask(`${pathname}${search}`)))
      const types = ['image/svg+xml', 'text/css', 'text/javascript', 'application/json']
      expect(files.map((file) => [file.status, file.headers['content-type']])).toEqual(
        types.map((type) => [200, `${type}; charset=utf-8`]),
      )
    },
  )

  it.each(['/hostpool?file=events', '/hostpool/?file=events'])('streams what happens: %s', async (path) => {
    const server = await serve(mount)
    const reader = await server.listen(path)
    const message = await reader.next()
    expect(message.first).toBe(true)
    expect(message.pools[0]?.hosts[0]?.name).toBe('db1:3306')
  })

  it('leaves other paths to the application', async () => {
    const server = await serve(mount)
    expect((await server.ask('/')).status).toBe(404)
    expect((await server.ask('/hostpools')).status).toBe(404)
  })

  it('is not shown to whom authorize refuses', async () => {
    const authorize = (request: { readonly headers: Readonly<Record<string, unknown>> }): boolean =>
      request.headers['x-role'] === 'operator'
    const server = await serve(mount, { authorize })
    for (const file of ['', '?file=events', '?file=status.json']) {
      expect((await server.ask(`/hostpool${file}`)).status).toBe(403)
    }
    const answer = await server.ask('/hostpool?file=status.json', { headers: { 'X-Role': 'operator' } })
    expect((JSON.parse(answer.body) as PageMessage).pools[0]?.hosts[0]?.name).toBe('db1:3306')
  })

  it('is not shown through a proxy unless authorize says so', async () => {
    const server = await serve(mount)
    const headers = { 'X-Forwarded-For': '127.0.0.1' }
    expect((await server.ask('/hostpool', { headers })).status).toBe(403)
  })

  it('is only looked at', async () => {
    const server = await serve(mount)
    const { status } = await server.ask('/hostpool?file=status.json', { method: 'POST' })
    // Fastify has no such route: only GET and HEAD come as far as the page.
    expect(status).toBe(name === 'Fastify' ? 404 : 405)
    const head = await server.ask('/hostpool', { method: 'HEAD' })
    expect([head.status, head.body, head.headers['content-type']]).toEqual([200, '', 'text/html; charset=utf-8'])
  })

  it('keeps the application from closing for a second at most', async () => {
    const server = await serve(mount)
    const reader = await server.listen('/hostpool?file=events')
    await reader.next()
    const begun = performance.now()
    await Promise.all([server.close(), reader.end()])
    expect(performance.now() - begun).toBeLessThan(2_000)
  })
})
