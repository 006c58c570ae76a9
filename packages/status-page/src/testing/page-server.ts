import { once } from 'node:events'
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'

import { onTestFinished } from 'vitest'

import type { PageMessage } from '../page-message.js'
import type { StatusPageHandler } from '../status-page.js'

export interface TestAnswer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A server with a page, and a client of it. */
export class PageServer {
  readonly server: Server
  readonly #port: number

  /** @param server - listens on a port of 127.0.0.1 */
  constructor(server: Server) {
    this.server = server
    this.#port = (server.address() as AddressInfo).port
  }

  /** Starts a server for the time of one test. */
  static async start(handler: StatusPageHandler): Promise<PageServer> {
    const open = new Set<ServerResponse>()
    const server = createServer((request, response) => {
      open.add(response)
      response.on('close', () => open.delete(response))
      handler(request, response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      // Responses are closed after their server.
      while (open.size > 0) await setImmediate()
    })
    return new PageServer(server)
  }

  async ask(path: string, asked: Asked = {}): Promise<TestAnswer> {
    const response = await this.open(path, asked)
    let body = ''
    for await (const chunk of response.setEncoding('utf8')) body += String(chunk)
    return { status: response.statusCode, headers: response.headers, body }
  }

  /** Resolves with the head of the answer. */
  async open(path: string, { method = 'GET', headers = {} }: Asked = {}): Promise<IncomingMessage> {
    const asking = request({ host: '127.0.0.1', port: this.#port, path, method, headers: { ...headers } })
    asking.end()
    const [response] = (await once(asking, 'response')) as [IncomingMessage]
    return response
  }

  /** Opens the page's stream of events. */
  async listen(path = '/?file=events'): Promise<PageReader> {
    return new PageReader(await this.open(path))
  }
}

/** Reads what a page is told. */
export class PageReader {
  readonly #response: IncomingMessage
  readonly #messages: PageMessage[] = []
  readonly #wakers = new Set<() => void>()
  #text = ''
  hasEnded = false

  constructor(response: IncomingMessage) {
    this.#response = response
    const wake = (): void => {
      for (const waker of this.#wakers) waker()
    }
    response.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
      const parts = this.#text.split('\n\n')
      this.#text = parts.pop() ?? ''
      const data = parts.filter((part) => part.startsWith('data: '))
      this.#messages.push(...data.map((part) => JSON.parse(part.slice('data: '.length)) as PageMessage))
      wake()
    })
    response.on('close', () => {
      this.hasEnded = true
      wake()
    })
    response.on('error', () => undefined)
  }

  /** Resolves to the first message that is so; those before it are gone. */
  async next(isWanted: (message: PageMessage) => boolean = () => true): Promise<PageMessage> {
    for (;;) {
      const message = this.#messages.shift()
      if (message !== undefined && isWanted(message)) return message
      if (message === undefined) await this.#more()
    }
  }

  async end(): Promise<void> {
    while (!this.hasEnded) await this.#more()
  }

  close(): void {
    this.#response.destroy()
  }

  pause(): void {
    this.#response.pause()
  }

  async #more(): Promise<void> {
    if (this.hasEnded) throw new Error('The stream has ended')
    await new Promise<void>((resolve) => {
      const waker = (): void => {
        this.#wakers.delete(waker)
        resolve()
      }
      this.#wakers.add(waker)
    })
  }
}
