import { createServer, type Server, type Socket } from 'node:net'

import { greeting, type GreetingOptions, ok, packets } from './wire.js'

/** A command of a client. */
export interface Request {
  /** The number of the command, for example 3 for a statement. */
  readonly command: number
  readonly text: string
  /** The number of earlier commands on this connection. */
  readonly index: number
}

export const Command = {
  quit: 1,
  query: 3,
  ping: 14,
  changeUser: 17,
  prepare: 22,
  execute: 23,
  close: 25,
  reset: 31,
} as const

/** The answer to one request: bytes as they are, or payloads, which get headers with numbers from 1; undefined is no answer. */
export type Answering = (request: Request, socket: Socket) => Buffer | readonly Buffer[] | undefined

export interface RogueOptions {
  /** Replaces the greeting. */
  readonly greet?: (socket: Socket) => void
  readonly greeting?: GreetingOptions
  /** Replaces the OK to a login. The function is called for each packet until the login is done. */
  readonly login?: (sent: Buffer, socket: Socket) => boolean
}

/** A server whose every byte the test decides. */
export class RogueServer {
  readonly sockets = new Set<Socket>()
  readonly #server: Server

  private constructor(answer: Answering, options: RogueOptions) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.sockets.delete(socket))
      if (options.greet === undefined) socket.write(packets(0, [greeting(options.greeting)]))
      else options.greet(socket)
      serve(socket, answer, options)
    })
  }

  static async start(answer: Answering, options: RogueOptions = {}): Promise<RogueServer> {
    const rogue = new RogueServer(answer, options)
    await new Promise<void>((resolve) => rogue.#server.listen(0, '127.0.0.1', resolve))
    return rogue
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('it does not listen')
    return address.port
  }

  get host(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Ends all connections. New connections are served. */
  hangUp(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.hangUp()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}

function serve(socket: Socket, answer: Answering, options: RogueOptions): void {
  let rest = Buffer.alloc(0)
  let loggedIn = false
  let index = 0
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= 4 && rest.length >= 4 + rest.readUIntLE(0, 3)) {
      const payload = rest.subarray(4, 4 + rest.readUIntLE(0, 3))
      rest = rest.subarray(4 + payload.length)
      if (!loggedIn) {
        if (options.login === undefined) socket.write(packets(2, [ok()]))
        loggedIn = options.login?.(payload, socket) ?? true
        continue
      }
      const request = { command: payload[0] ?? 0, text: payload.toString('latin1', 1), index }
      index += 1
      const bytes = answer(request, socket)
      if (bytes !== undefined && !socket.destroyed) socket.write(Buffer.isBuffer(bytes) ? bytes : packets(1, bytes))
    }
  })
}
