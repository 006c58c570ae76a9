import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'

import { PacketSplitter } from '../integration/setup/packet-splitter.js'
import type { Certificate } from './authority.js'

const HEADER = 4
/** Capability of a client, and of a server, to speak TLS. */
const SSL = 0x08_00
const OK = 0x00
const FAILED = 0xff

/**
 * Lets clients reach a server without TLS over TLS: a door with a certificate of its own. The client has sent one packet more
 * than the server has seen, so the numbers of packets differ by one until the login is over.
 */
export class TlsDoor {
  readonly #target: { readonly host: string; readonly port: number }
  readonly #context: SecureContext
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(target: { readonly host: string; readonly port: number }, certificate: Certificate) {
    this.#target = target
    this.#context = createSecureContext(certificate)
    this.#server = createServer((client) => this.#serve(client))
  }

  static async open(
    target: { readonly host: string; readonly port: number },
    certificate: Certificate,
  ): Promise<TlsDoor> {
    const door = new TlsDoor(target, certificate)
    door.#server.listen(0, '127.0.0.1')
    await once(door.#server, 'listening')
    return door
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #serve(client: Socket): void {
    const server = connect({ ...this.#target, noDelay: true })
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
    const greeting = new PacketSplitter()
    server.on('data', function greet(data: Buffer) {
      const [packet] = greeting.push(data)
      if (packet === undefined) return
      server.off('data', greet)
      server.pause()
      client.write(packet[HEADER] === FAILED ? packet : offeringTls(packet))
    })
    client.once('data', (request: Buffer) => {
      client.pause()
      // What follows the request for TLS belongs to TLS.
      const rest = request.subarray(HEADER + request.readUIntLE(0, 3))
      if (rest.length > 0) client.unshift(rest)
      this.#join(new TLSSocket(client, { isServer: true, secureContext: this.#context }), server)
    })
  }

  #join(secure: TLSSocket, server: Socket): void {
    let loggingIn = true
    let isLogin = true
    secure.on('error', () => server.destroy())
    const sent = new PacketSplitter()
    secure.on('data', (data: Buffer) => {
      for (const packet of sent.push(data)) {
        if (loggingIn) packet[3] = (packet[3] ?? 0) - 1
        if (isLogin) packet.writeUInt32LE(packet.readUInt32LE(HEADER) & ~SSL, HEADER)
        isLogin = false
        server.write(packet)
      }
    })
    const answered = new PacketSplitter()
    server.on('data', (data: Buffer) => {
      for (const packet of answered.push(data)) {
        if (loggingIn) packet[3] = (packet[3] ?? 0) + 1
        if (packet[HEADER] === OK || packet[HEADER] === FAILED) loggingIn = false
        secure.write(packet)
      }
    })
    server.resume()
  }
}

/** The greeting of a server that speaks TLS: the lower half of its capabilities comes after version, number and challenge. */
function offeringTls(greeting: Buffer): Buffer {
  const capabilities = greeting.indexOf(0, HEADER + 1) + 1 + 4 + 8 + 1
  greeting.writeUInt16LE(greeting.readUInt16LE(capabilities) | SSL, capabilities)
  return greeting
}
