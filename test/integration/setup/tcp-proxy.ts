import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** A server's door of our own: it can be shut, and can break a connection just when a certain statement is on it. */
export class TcpProxy {
  /** Breaks a connection when its client has sent this, before the server's answer. */
  cutAt: string | undefined
  readonly #target: { readonly host: string; readonly port: number }
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  private constructor(target: string) {
    const [, host = target, port] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? []
    this.#target = { host, port: Number(port ?? 3306) }
  }

  static async open(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    await proxy.listen()
    return proxy
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Opens the door, again at the port it had. */
  async listen(): Promise<void> {
    const server = createServer((client) => this.#serve(client))
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** Shuts the door and breaks every connection; clients are refused until it listens again. */
  async shut(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    for (const socket of this.#sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }

  #serve(client: Socket): void {
    const server = connect(this.#target)
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
    server.pipe(client)
    client.on('data', (data: Buffer) => {
      server.write(data)
      if (this.cutAt === undefined || !data.includes(this.cutAt)) return
      this.cutAt = undefined
      client.destroy()
    })
  }
}
