import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'

/** Stands in front of a server and can hold back everything that the server says. */
export class DelayProxy implements AsyncDisposable {
  /** Milliseconds that each packet of the server is held back. */
  delay = 0
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer()
  readonly #target: { readonly host: string; readonly port: number }

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target
    this.#server.on('connection', (client) => this.#connect(client))
  }

  /** Listens on a port of its own, and forwards to the target. */
  static async open(target: { readonly host: string; readonly port: number }): Promise<DelayProxy> {
    const proxy = new DelayProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo
    return `${address}:${port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #connect(client: Socket): void {
    const { host, port } = this.#target
    const server = createConnection({ host, port, noDelay: true })
    client.setNoDelay(true)
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (packet) => server.write(packet))
    let free = 0
    server.on('data', (packet) => {
      // Packets keep their order when the delay ends.
      free = Math.max(free, performance.now() + this.delay)
      const wait = free - performance.now()
      if (wait <= 0) client.write(packet)
      else setTimeout(() => client.destroyed || client.write(packet), wait)
    })
  }
}
