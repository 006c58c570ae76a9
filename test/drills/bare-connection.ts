import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { now } from './clock.js'

/** A connection that nothing is sent on: it tells when a server's own system gives up what a dead server had open. */
export class BareConnection implements AsyncDisposable {
  readonly #socket: Socket
  #closedAt: number | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.on('close', () => (this.#closedAt = now()))
    socket.resume()
  }

  /** @throws when nobody is there */
  static async open(host: string, port: number): Promise<BareConnection> {
    const socket = createConnection({ host, port })
    await once(socket, 'connect')
    return new BareConnection(socket)
  }

  /** By the clock of `now()`; undefined while it is open. */
  get closedAt(): number | undefined {
    return this.#closedAt
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    return Promise.resolve()
  }
}
