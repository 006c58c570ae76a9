import type { Socket } from 'node:net'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { beginAnswer } from './respond.js'

/** Milliseconds after which a reader that takes nothing is cut off. */
const PATIENCE = 30_000
/** Milliseconds after which a stream ends, and the browser opens the next: a right that was taken away counts from then on. */
const LIFETIME = 300_000

/** Makes the next message: of all that is new since the last one that was made. */
export type Compose = () => object

/**
 * Server-sent events for one page. At most one message waits for a slow reader: while it does, nothing else is made, and the next
 * message has everything that is new.
 */
export class LiveStream {
  readonly #response: ServerResponse
  readonly #socket: Socket
  readonly #compose: Compose
  readonly #openedAt = performance.now()
  /** Since when the reader has not taken what was sent. */
  #blockedSince: number | undefined

  /** @param onClose - called once, whichever side has closed it */
  constructor(request: IncomingMessage, response: ServerResponse, compose: Compose, onClose: () => void) {
    this.#response = response
    this.#socket = request.socket
    this.#compose = compose
    response.once('close', onClose)
    // A reader that is gone is no error, and `close` follows.
    response.on('error', () => undefined)
    response.on('drain', () => {
      this.#blockedSince = undefined
      this.send()
    })
    // The connection ends with the stream: an idle one would keep the server from closing.
    response.shouldKeepAlive = false
    beginAnswer(response, 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Middleware that compresses, and proxies, would keep messages back.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    })
    this.#write('retry: 1000\n\n')
    this.send()
  }

  /** Sends what is new, unless the last message is still on its way. */
  send(): void {
    if (this.#blockedSince !== undefined || this.#response.writableEnded || this.#response.destroyed) return
    // JSON has no line breaks, so a message is one line.
    this.#write(`data: ${JSON.stringify(this.#compose())}\n\n`)
  }

  /** Sends what is new, and ends what has to end. */
  tick(): void {
    const now = performance.now()
    if (this.#blockedSince !== undefined && now - this.#blockedSince > PATIENCE) this.#response.destroy()
    else if (now - this.#openedAt > LIFETIME || this.#isServerClosing) this.end()
    else this.send()
  }

  end(): void {
    this.#response.end()
  }

  #write(text: string): void {
    if (!this.#response.write(text)) this.#blockedSince ??= performance.now()
  }

  /** `close()` of a server waits for its connections: an open page must not keep an application from ending. */
  get #isServerClosing(): boolean {
    const { server } = this.#socket as Socket & { readonly server?: { readonly listening?: boolean } | null }
    return server?.listening === false
  }
}
