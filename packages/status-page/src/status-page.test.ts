import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it, vi } from 'vitest'

import type { StatusPageOptions } from './options.js'
import type { PageMessage } from './page-message.js'
import { makeHandler, statusPage } from './status-page.js'
import { FakePool } from './testing/fake-pool.js'
import { PageServer } from './testing/page-server.js'

const FILES = {
  'page.js': { type: 'text/javascript', text: 'listen()' },
  'page.css': { type: 'text/css', text: 'body{}' },
  'icon.svg': { type: 'image/svg+xml', text: '<svg/>' },
}

async function serve(options: StatusPageOptions = {}, ...pools: readonly FakePool[]) {
  const fakes = pools.length === 0 ? [new FakePool()] : pools
  const handler = makeHandler(
    fakes.map(({ pool }) => pool),
    options,
    () => FILES,
  )
  return { server: await PageServer.start(handler), pool: fakes[0] ?? new FakePool() }
}

/** Waits until something is so: what a server notices of a client that is gone takes a moment. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5)
}

function eventTexts(message: PageMessage): readonly string[] {
  return message.pools.flatMap(({ events }) => events.map(({ text }) => text))
}

describe('the page', () => {
  it.each(['/', '/hostpool', '/hostpool/', '/deep/er/hostpool?', ''])(
    'is there under any path, with and without a slash at its end: "%s"',
    async (path) => {
      const { server } = await serve({ title: 'Shop' })
      const { status, headers, body } = await server.ask(path)
      expect(status).toBe(200)
      expect(headers['content-type']).toBe('text/html; charset=utf-8')
      expect(body).toContain('<title>Shop</title>')
      // An address of a query alone leads to the page's own path.
      const addresses = [...body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '')
      expect(addresses.length).toBeGreaterThan(3)
      for (const address of addresses) expect(address).toMatch(/^(?:\?file=[a-z.]+|#[a-z]+)$/)
    },
  )

  it.each(Object.entries(FILES))('asks for %s at its own address', async (name, { type, text }) => {
    const { server } = await serve()
    const { status, headers, body } = await server.ask(`/hostpool?file=${name}`)
    expect([status, headers['content-type'], body]).toEqual([200, `${type}; charset=utf-8`, text])
    const again = await server.ask(`/hostpool?file=${name}`, { headers: { 'If-None-Match': headers.etag ?? '' } })
    expect([again.status, again.body]).toEqual([304, ''])
  })

  it.each(['nothing', '__proto__', 'toString', '../package.json', '', 'page.js/'])(
    'has no other file: "%s"',
    async (name) => {
      const { server } = await serve()
      expect((await server.ask(`/?file=${encodeURIComponent(name)}`)).status).toBe(404)
    },
  )

  it.each(['/', '/?file=page.js', '/?file=events', '/?file=nothing', '/?file=status.json'])(
    'lets nothing in from elsewhere, and nothing around it: %s',
    async (path) => {
      const { server } = await serve()
      const { headers } = await server.open(path)
      const policy = headers['content-security-policy'] ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|data:|http|\*/)
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    },
  )

  it.each(['/', '/?file=page.js', '/?file=events', '/?file=status.json'])(
    'is read by no other origin, whatever the application allows: %s',
    async (path) => {
      const page = makeHandler([new FakePool().pool], { authorize: () => true }, () => FILES)
      const server = await PageServer.start((request, response) => {
        response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*')
        response.setHeader('Access-Control-Allow-Credentials', 'true')
        page(request, response)
      })
      const { headers } = await server.open(path, { headers: { Origin: 'https://attacker.example' } })
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    },
  )

  it('has no script and no style of its own inside', async () => {
    const { server } = await serve()
    const { body } = await server.ask('/')
    expect(body).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/)
  })

  it('shows its title as text', async () => {
    const { server } = await serve({ title: `<script>"Tom's"</script>&` })
    const { body } = await server.ask('/')
    expect(body).toContain('<title>&lt;script&gt;&quot;Tom&#39;s&quot;&lt;/script&gt;&amp;</title>')
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is only looked at: no %s', async (method) => {
    const { server } = await serve()
    const { status, headers } = await server.ask('/?file=events', { method })
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
  })

  it.each(['/', '/?file=page.js', '/?file=events', '/?file=status.json'])(
    'answers HEAD without a body: %s',
    async (path) => {
      const { server } = await serve()
      const { status, body } = await server.ask(path, { method: 'HEAD' })
      expect([status, body]).toEqual([200, ''])
      expect(FakePool.isFollowed).toBe(false)
    },
  )

  it('tells the same as JSON', async () => {
    const { server } = await serve()
    const { status, body } = await server.ask('/hostpool?file=status.json')
    const { pools } = JSON.parse(body) as PageMessage
    expect(status).toBe(200)
    expect(pools[0]?.sentence.text).toBe('All is well; reads and writes go on with db1 and db2.')
  })
})

describe('the right to look', () => {
  it.each([
    { from: 'a proxy that says so', headers: { 'X-Forwarded-For': '127.0.0.1' } },
    { from: 'another proxy that says so', headers: { Forwarded: 'for=127.0.0.1' } },
    { from: 'a page of the web whose name leads here', headers: { Host: 'attacker.example' } },
    { from: 'a page whose name begins like this machine’s', headers: { Host: '127.0.0.1.attacker.example' } },
    { from: 'a page whose name ends like this machine’s', headers: { Host: 'notlocalhost' } },
  ])('is not had by requests that come from $from', async ({ headers }) => {
    const { server, pool } = await serve()
    for (const path of ['/', '/?file=page.js', '/?file=events', '/?file=status.json']) {
      const { status, body } = await server.ask(path, { headers })
      expect(status).toBe(403)
      expect(body).toContain('authorize')
      expect(body).not.toContain('db1')
    }
    // For its name, and whether it has ended.
    expect(pool.looks).toBe(2)
  })

  it.each(['localhost', 'localhost:3000', 'shop.localhost:80', '127.0.0.1:8080', '127.1.2.3', '[::1]:3000'])(
    'is had by requests of this machine: %s',
    async (host) => {
      const { server } = await serve()
      expect((await server.ask('/', { headers: { Host: host } })).status).toBe(200)
    },
  )

  it('is what authorize says, wherever the request is from', async () => {
    const authorize = vi.fn<NonNullable<StatusPageOptions['authorize']>>((request) =>
      Promise.resolve(request.headers['x-role'] === 'operator'),
    )
    const { server } = await serve({ authorize })
    const headers = { Host: 'shop.example', 'X-Forwarded-For': '203.0.113.7' }
    expect((await server.ask('/', { headers: { ...headers, 'X-Role': 'operator' } })).status).toBe(200)
    const refused = await server.ask('/?file=events', { headers })
    expect(refused.status).toBe(403)
    expect(refused.body).toBe('This page is not shown to you.\n')
    expect(authorize).toHaveBeenCalledTimes(2)
  })

  it.each([
    {
      what: 'throws',
      authorize: () => {
        throw new Error('no session')
      },
    },
    { what: 'rejects', authorize: () => Promise.reject(new Error('no session')) },
    { what: 'answers with something else', authorize: () => 'yes' as unknown as boolean },
    { what: 'answers with nothing', authorize: () => undefined as unknown as boolean },
  ])('is not had when authorize $what', async ({ authorize }) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const { server } = await serve({ authorize })
    expect((await server.ask('/')).status).toBe(403)
    warn.mockRestore()
  })
})

describe('the stream of events', () => {
  it('begins with everything, and tells what happens at once', async () => {
    const { server, pool } = await serve()
    pool.emit('hostDown', { host: 'db2:3306', reason: 'it is gone' })
    const reader = await server.listen('/hostpool?file=events')
    const first = await reader.next()
    expect(first).toMatchObject({ first: true, pools: [{ name: 'shop', connectionLimit: 10 }] })
    expect(eventTexts(first)).toEqual(['db2:3306 is down: it is gone'])
    const begun = performance.now()
    pool.emit('hostUp', { host: 'db2:3306', reason: '' })
    const second = await reader.next()
    expect(performance.now() - begun).toBeLessThan(500)
    expect(second.first).toBe(false)
    expect(eventTexts(second)).toEqual(['db2:3306 is up'])
  })

  it('goes on when nothing happens', async () => {
    const { server } = await serve()
    const reader = await server.listen()
    await reader.next()
    expect(eventTexts(await reader.next())).toEqual([])
  })

  it('may not be kept back on its way', async () => {
    const { server } = await serve()
    const { headers } = await server.open('/?file=events')
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
  })

  it('tells two readers the same, each from where it is', async () => {
    const { server, pool } = await serve()
    const early = await server.listen()
    await early.next()
    pool.emit('hostUp', { host: 'db1:3306', reason: '' })
    expect(eventTexts(await early.next(({ pools }) => pools[0]?.events.length !== 0))).toHaveLength(1)
    const late = await server.listen()
    expect(eventTexts(await late.next())).toEqual(['db1:3306 is up'])
  })

  it('follows statements while there are readers, and leaves nothing behind when they are gone', async () => {
    const { server, pool } = await serve()
    expect(FakePool.isFollowed).toBe(false)
    const readers = [await server.listen(), await server.listen()]
    for (const reader of readers) await reader.next()
    expect(FakePool.isFollowed).toBe(true)
    pool.statement({ outcome: 'unknown', verb: 'update', errorType: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    for (const reader of readers) {
      const told = await reader.next(({ pools }) => pools[0]?.events.length !== 0)
      expect(eventTexts(told)).toEqual(['An UPDATE may or may not have run on db1:3306 (ERR_HOSTPOOL_OUTCOME_UNKNOWN)'])
    }
    readers[0]?.close()
    await sleep(20)
    expect(FakePool.isFollowed).toBe(true)
    readers[1]?.close()
    await until(() => !FakePool.isFollowed)
    const { looks } = pool
    await sleep(1_100)
    expect(pool.looks).toBe(looks)
  })

  it('tells the statements of its own pools only, with no text of theirs', async () => {
    const other = new FakePool('shop')
    const { server, pool } = await serve()
    const reader = await server.listen()
    const texts = [JSON.stringify(await reader.next())]
    const sent = [
      { host: 'db1:3306', at: 0, cause: 'first' },
      { host: 'db2:3306', at: 4, cause: 'lost' },
    ] as const
    other.statement({ sent })
    pool.statement({ sent })
    const told = await reader.next(({ pools }) => pools[0]?.events.length !== 0)
    expect(eventTexts(told)).toEqual(['A SELECT was sent again, to db2:3306: its connection to db1:3306 was lost'])
    texts.push(JSON.stringify(told))
    expect(texts.join('')).not.toContain('secret')
  })

  it('shows the text of statements when that is asked for', async () => {
    const { server, pool } = await serve({ showSql: true })
    const reader = await server.listen()
    await reader.next()
    pool.statement({ outcome: 'unknown' })
    const told = await reader.next(({ pools }) => pools[0]?.events.length !== 0)
    expect(eventTexts(told)[0]).toContain("“SELECT price FROM item WHERE code = 'secret'” may or may not have run")
  })

  it('does its work in the asynchronous context of no request', async () => {
    const storage = new AsyncLocalStorage<string>()
    const pool = new FakePool()
    const contexts = new Set<unknown>()
    const status = pool.status.bind(pool)
    const page = makeHandler([pool.pool], {}, () => FILES)
    pool.status = () => {
      contexts.add(storage.getStore())
      return status()
    }
    const server = await PageServer.start((request, response) =>
      storage.run('a request', () => page(request, response)),
    )
    const reader = await server.listen()
    await reader.next()
    await reader.next()
    expect(contexts).toEqual(new Set([undefined]))
  })

  it('tells pools of one name apart', async () => {
    const { server } = await serve({}, new FakePool('shop'), new FakePool('stock'), new FakePool('shop'))
    const reader = await server.listen()
    expect((await reader.next()).pools.map(({ name }) => name)).toEqual(['shop', 'stock', 'shop (2)'])
  })

  it('ends with the pool, with a last word', async () => {
    const { server, pool } = await serve()
    const reader = await server.listen()
    await reader.next()
    pool.now = { ...pool.now, state: 'ended' }
    pool.emit('end', {})
    const last = await reader.next()
    expect(last.pools[0]?.sentence.text).toBe('The pool has ended.')
    await reader.end()
    expect(FakePool.isFollowed).toBe(false)
    // The browser asks again, and is told that there is nothing more.
    expect((await server.ask('/?file=events')).status).toBe(204)
  })

  it('does not keep a server from closing', async () => {
    const { server } = await serve()
    const reader = await server.listen()
    await reader.next()
    const closed = new Promise((resolve) => server.server.close(resolve))
    await closed
    await reader.end()
    expect(FakePool.isFollowed).toBe(false)
  })

  it('is not opened for more pages than it can tell', async () => {
    const { server } = await serve()
    for (let opened = 0; opened < 100; opened += 1) await server.open('/?file=events')
    expect((await server.ask('/?file=events')).status).toBe(503)
    expect((await server.ask('/?file=status.json')).status).toBe(200)
  })
})

describe('statusPage()', () => {
  const { pool } = new FakePool()

  it.each([
    { what: 'no pool', call: () => statusPage(undefined as never), says: 'it takes a pool of createPool()' },
    { what: 'a pool of mysql2', call: () => statusPage({ getConnection: () => 0 } as never), says: 'takes a pool' },
    { what: 'an empty list', call: () => statusPage([]), says: 'there has to be a pool' },
    { what: 'a pool twice', call: () => statusPage([pool, pool]), says: 'twice' },
    {
      what: 'a misspelt option',
      call: () => statusPage(pool, { authorise: () => true } as never),
      says: '"authorise"',
    },
    {
      what: 'an option of another kind',
      call: () => statusPage(pool, { authorize: true } as never),
      says: 'has to be a function',
    },
    { what: 'no options', call: () => statusPage(pool, null as never), says: 'not null' },
  ])('refuses $what', ({ call, says }) => {
    expect(call).toThrow(
      expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG', message: expect.stringContaining(says) }),
    )
  })
})
