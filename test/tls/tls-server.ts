import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'

import type { Certificate } from './authority.js'

const SERVER_FLAGS = 0x00_8f_ff_ff
const SSL = 0x08_00
/** No certificate is looked at once a session is taken up again, so the server must offer that. */
const TICKETS = Buffer.alloc(48, 7)

/** Speaks enough of the protocol to be logged in to over TLS: whatever it is asked, it says OK. */
export class TlsServer {
  /** Credentials that were sent to it. */
  logins = 0
  /** Handshakes that took up an earlier session. */
  resumed = 0
  readonly #context: SecureContext
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(certificate: Certificate) {
    this.#context = createSecureContext({ ...certificate, ticketKeys: TICKETS })
    this.#server = createServer((socket) => this.#greet(socket))
  }

  static async start(certificate: Certificate, address = '127.0.0.1'): Promise<TlsServer> {
    const server = new TlsServer(certificate)
    server.#server.listen(0, address)
    await once(server.#server, 'listening')
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  stop(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.write(packet(0, greeting()))
    socket.once('data', (request: Buffer) => {
      // What follows the request for TLS belongs to TLS.
      const rest = request.subarray(4 + request.readUIntLE(0, 3))
      socket.pause()
      if (rest.length > 0) socket.unshift(rest)
      const secure = new TLSSocket(socket, { isServer: true, secureContext: this.#context })
      secure.on('error', () => socket.destroy())
      secure.on('secure', () => {
        if (secure.isSessionReused()) this.resumed += 1
      })
      let isLogin = true
      secure.on('data', (data: Buffer) => {
        if (isLogin) this.logins += 1
        secure.write(packet((data[3] ?? 0) + 1, OK))
        isLogin = false
      })
    })
  }
}

const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0])

function packet(sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUIntLE(body.length, 0, 3)
  head[3] = sequence
  return Buffer.concat([head, body])
}

function greeting(): Buffer {
  const flags = Buffer.alloc(4)
  flags.writeUInt32LE(SERVER_FLAGS | SSL)
  return Buffer.concat([
    Buffer.from([10]),
    Buffer.from('8.0.36\0'),
    Buffer.from([1, 0, 0, 0]),
    Buffer.from('12345678\0'),
    flags.subarray(0, 2),
    Buffer.from([45, 2, 0]),
    flags.subarray(2),
    Buffer.from([21]),
    Buffer.alloc(10),
    Buffer.from('123456789012\0'),
    Buffer.from('mysql_native_password\0'),
  ])
}
