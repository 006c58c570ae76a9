import type { Server } from 'node:http'

import type { Pool } from '@mysql-hostpool/core'
import { type PageMessage, statusPage, type StatusPageOptions } from '@mysql-hostpool/status-page'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { describe, expect, it, onTestFinished } from 'vitest'

import { getPoolToken, HostpoolModule } from './index.js'

// Nothing listens there, and no test connects.
const CONFIGURATION = { host: '127.0.0.1', port: 9, poolName: 'shop' }

@Module({})
class AppModule {}

/** An application whose pool is shown at `/hostpool`. */
async function start(options: StatusPageOptions = {}) {
  const imports = [HostpoolModule.forRoot(CONFIGURATION)]
  const app = await NestFactory.create({ module: AppModule, imports }, { logger: false, abortOnError: false })
  const pool = app.get<Pool>(getPoolToken(), { strict: false })
  app.use('/hostpool', statusPage(pool, options))
  await app.listen(0, '127.0.0.1')
  onTestFinished(async () => {
    ;(app.getHttpServer() as Server).closeAllConnections()
    await app.close()
  })
  const base = await app.getUrl()
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${base}${path}`, init)
  return { app, pool, ask }
}

/** Reads the messages of a stream of events. */
async function* messages({ body }: Response): AsyncGenerator<PageMessage> {
  let text = ''
  for await (const chunk of (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    const parts = (text + chunk).split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts.filter((one) => one.startsWith('data: '))) yield JSON.parse(part.slice(6)) as PageMessage
  }
}

describe('the status page beside HostpoolModule', () => {
  it.each(['/hostpool', '/hostpool/'])('is at the path that it was mounted at: %s', async (path) => {
    const { ask } = await start()
    const page = await ask(path)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const json = await ask(`${path}?file=status.json`)
    const { pools } = (await json.json()) as PageMessage
    expect(pools).toMatchObject([{ name: 'shop', state: 'open', hosts: [{ name: '127.0.0.1:9' }] }])
    expect((await ask('/')).status).toBe(404)
  })

  it('answers by the right to look, and to GET and HEAD alone', async () => {
    const { ask } = await start({ authorize: ({ headers }) => headers['x-role'] === 'operator' })
    expect((await ask('/hostpool')).status).toBe(403)
    const headers = { 'X-Role': 'operator' }
    expect((await ask('/hostpool', { headers })).status).toBe(200)
    expect((await ask('/hostpool', { headers, method: 'HEAD' })).status).toBe(200)
    expect((await ask('/hostpool', { headers, method: 'POST' })).status).toBe(405)
  })

  it('streams what happens until the application closes, with the pool', async () => {
    const { app, pool, ask } = await start()
    const told = messages(await ask('/hostpool?file=events'))
    expect((await told.next()).value).toMatchObject({ first: true, pools: [{ name: 'shop' }] })
    const begun = performance.now()
    await Promise.all([app.close(), drain(told)])
    expect(performance.now() - begun).toBeLessThan(3_000)
    expect(pool.status().state).toBe('ended')
  })
})

async function drain(told: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of told);
}
