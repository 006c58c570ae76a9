import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { type Pool, refuseMore, reportFault } from '@mysql-hostpool/core'

import { isAllowed } from './access.js'
import { LiveStreams } from './live-streams.js'
import { checkOptions, checkPools, type StatusPageOptions } from './options.js'
import { pageFiles, type PageFiles } from './page-files.js'
import { pageHtml } from './page-html.js'
import type { PageMessage } from './page-message.js'
import { NOTHING_SEEN, PoolRecord, type Seen } from './pool-record.js'
import { beginAnswer, respond, respondFile } from './respond.js'

/**
 * Answers one request. `node:http`, Express, Connect and Nest take such a handler; with Fastify, give it `request.raw` and
 * `reply.raw`.
 */
export type StatusPageHandler = (request: IncomingMessage, response: ServerResponse) => void

/** The most pages that are open at once. */
const MOST_PAGES = 100

/**
 * A page that shows pools live, in a browser. The handler can be mounted under any path, with or without a slash at its end: the
 * page asks for its files and its events at its own address, with a query.
 *
 * Rare events (of hosts, timeouts, leaks and warnings) are recorded from this call on. Everything else costs only while a page is
 * open, and for ten minutes after.
 * @throws ERR_HOSTPOOL_CONFIG for an argument that is no pool, and for a wrong option
 */
export function statusPage(
  pools: Pool | readonly Pool[],
  options: StatusPageOptions = {},
  ...unexpected: readonly never[]
): StatusPageHandler {
  refuseMore('statusPage()', unexpected)
  return makeHandler(checkPools(pools), options, pageFiles)
}

/** @param files - called at the first request for a file of the page */
export function makeHandler(
  pools: readonly Pool[],
  options: StatusPageOptions,
  files: () => PageFiles,
): StatusPageHandler {
  checkOptions(options)
  const page = new StatusPage(pools, { ...options }, files)
  return (request, response) => {
    page.answer(request, response).catch((error: unknown) => {
      reportFault('A status page could not answer', error)
      response.destroy()
    })
  }
}

class StatusPage {
  readonly #options: StatusPageOptions
  readonly #files: () => PageFiles
  readonly #records: readonly PoolRecord[]
  readonly #streams = new LiveStreams()
  /** Timers outlive the request in which they begin, and must not keep its asynchronous context. */
  readonly #own = new AsyncResource('mysql-hostpool-status-page')

  constructor(pools: readonly Pool[], options: StatusPageOptions, files: () => PageFiles) {
    this.#options = options
    this.#files = files
    const { showSql = false, keepHistory = false } = options
    const onEvent = (): void => this.#onEvent()
    this.#records = nameApart(pools).map(
      ([name, pool]) => new PoolRecord(pool, name, { showSql, keepHistory, onEvent }),
    )
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const body = 'This page is only to be looked at.\n'
      respond(request, response, { status: 405, type: 'text/plain', body, headers: { Allow: 'GET, HEAD' } })
      return
    }
    if (!(await isAllowed(request, this.#options))) {
      respond(request, response, { status: 403, type: 'text/plain', body: this.#refusal })
      return
    }
    const file = fileOf(request)
    switch (file) {
      case undefined:
        respond(request, response, {
          status: 200,
          type: 'text/html',
          body: pageHtml(this.#options.title ?? 'mysql-hostpool'),
        })
        break
      case 'events':
        this.#stream(request, response)
        break
      case 'status.json':
        respond(request, response, {
          status: 200,
          type: 'application/json',
          body: `${JSON.stringify(this.#messages()(), undefined, 2)}\n`,
        })
        break
      case 'page.js':
      case 'page.css':
      case 'icon.svg':
        respondFile(request, response, this.#files()[file])
        break
      default:
        respond(request, response, { status: 404, type: 'text/plain', body: 'The page has no such file.\n' })
    }
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    if (this.#streams.size >= MOST_PAGES) {
      const body = `${MOST_PAGES} pages are open, and no more are told what happens.\n`
      respond(request, response, { status: 503, type: 'text/plain', body, headers: { 'Retry-After': '10' } })
      return
    }
    if (request.method === 'HEAD') {
      respond(request, response, { status: 200, type: 'text/event-stream', body: '' })
      return
    }
    // A browser opens a stream anew after its end. Status 204 tells the browser that there is nothing more.
    if (this.#haveEnded) {
      beginAnswer(response, 204, {})
      response.end()
      return
    }
    // The reader may have closed its connection while `authorize` was asked.
    if (response.destroyed) return
    this.#own.runInAsyncScope(() => {
      const closes = this.#records.map((record) => record.open())
      this.#streams.open(request, response, this.#messages(), () => {
        for (const close of closes) close()
      })
    })
  }

  /** A function that makes the messages for one reader: each has everything that is new since the last. */
  #messages(): () => PageMessage {
    let seen: readonly Seen[] | undefined
    return () => {
      const first = seen === undefined
      const views = this.#records.map((record, index) => record.view(seen?.[index] ?? NOTHING_SEEN))
      seen = views.map((view) => view.seen)
      return { now: Date.now(), first, pools: views.map(({ view }) => view) }
    }
  }

  #onEvent(): void {
    if (this.#haveEnded) this.#streams.endAll()
    else this.#streams.hurry()
  }

  get #haveEnded(): boolean {
    return this.#records.every((record) => record.hasEnded)
  }

  get #refusal(): string {
    return this.#options.authorize === undefined
      ? 'This page is shown to browsers on the machine itself, without a proxy between. The option "authorize" of statusPage() decides otherwise.\n'
      : 'This page is not shown to you.\n'
  }
}

/**
 * The requested file; undefined for the page itself. The path does not matter, since the application has mounted the handler
 * there.
 */
function fileOf({ url = '' }: IncomingMessage): string | undefined {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  return new URLSearchParams(query).get('file') ?? undefined
}

/** The pools with the names that the page shows, since several may have the same `poolName`. */
function nameApart(pools: readonly Pool[]): readonly (readonly [name: string, pool: Pool])[] {
  const times = new Map<string, number>()
  return pools.map((pool) => {
    const { poolName } = pool.status()
    const time = (times.get(poolName) ?? 0) + 1
    times.set(poolName, time)
    return [time === 1 ? poolName : `${poolName} (${time})`, pool]
  })
}
