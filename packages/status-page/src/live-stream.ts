import type { Socket } from 'node:net'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { beginAnswer } from './respond.js'

/** Milliseconds after which a reader that takes no bytes is cut off. */
const PATIENCE = 30_000
/** Milliseconds after which a stream ends. The browser then opens the next one, for which `authorize` is asked again. */
const LIFETIME = 300_000

/** Makes the next message, with everything that is new since the last one. */
export type Compose = () => object

/**
 * Server-sent events for one page. At most one message waits for a slow reader. Meanwhile no other message is made, and the next
 * one has everything that is new.
 */
export class LiveStream {
  readonly #response: ServerResponse
  readonly #socket: Socket
  readonly #compose: Compose
  readonly #openedAt = performance.now()
  /** Since when bytes have been waiting for the reader. */
  #blockedSince: number | undefined

  /** @param onClose - called once, whichever side has closed it */
  constructor(request: IncomingMessage, response: ServerResponse, compose: Compose, onClose: () => void) {
    this.#response = response
    this.#socket = request.socket
    this.#compose = compose
    response.once('close', onClose)
    // A reader that closes its connection is no error, and the event `close` follows.
    response.on('error', () => undefined)
    response.on('drain', () => {
      this.#blockedSince = undefined
      this.send()
    })
    // The connection ends with the stream: an idle connection would keep the server from closing.
    response.shouldKeepAlive = false
    beginAnswer(response, 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Proxies, and middleware that compresses, would otherwise hold messages back.
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

  /**
   * Sends what is new; or ends the stream, at the end of its lifetime or of the server; or cuts off a reader that takes no bytes.
   */
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

  /**
   * Whether the server of this stream is closing. `server.close()` waits for its connections, and an open page must not keep an
   * application from ending.
   */
  get #isServerClosing(): boolean {
    const { server } = this.#socket as Socket & { readonly server?: { readonly listening?: boolean } | null }
    return server?.listening === false
  }
}
