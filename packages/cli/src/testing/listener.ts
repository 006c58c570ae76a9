import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** Something that listens on this machine and is no database. */
export class Listener {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #address = ''

  private constructor(greet: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      greet(socket)
    })
  }

  /** @param greet - what it does to a connection. Default: nothing, for ever */
  static async open(greet: (socket: Socket) => void = () => undefined): Promise<Listener> {
    const listener = new Listener(greet)
    listener.#server.listen(0, '127.0.0.1')
    await once(listener.#server, 'listening')
    listener.#address = `127.0.0.1:${(listener.#server.address() as AddressInfo).port}`
    return listener
  }

  /** Also once it is closed. */
  get address(): string {
    return this.#address
  }

  /** Closes it; its port refuses connections then. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
