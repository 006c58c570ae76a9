import { createServer, type Server, type Socket } from 'node:net'

import { greeting, type GreetingOptions, ok, packets } from './wire.js'

/** What a client sent. */
export interface Request {
  /** The number of the command, e.g. 3 for a statement. */
  readonly command: number
  readonly text: string
  /** How many came before it on this connection. */
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

/** Answers one request: by bytes of its own, or by payloads that are numbered from 1; undefined answers nothing. */
export type Answering = (request: Request, socket: Socket) => Buffer | readonly Buffer[] | undefined

export interface RogueOptions {
  /** In place of the greeting. */
  readonly greet?: (socket: Socket) => void
  readonly greeting?: GreetingOptions
  /** In place of the OK to a login; called for everything that comes before it is done. */
  readonly login?: (sent: Buffer, socket: Socket) => boolean
}

/** A server of which each byte is the test's own. */
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

  /** Ends all connections; new ones are served. */
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
