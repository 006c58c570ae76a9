import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Pool } from '@mysql-hostpool/core'
import { statusPage } from '@mysql-hostpool/status-page'

/** The status page of the demo's pool, for the browsers of this machine. */
export class LivePage {
  readonly address: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  static async open(pool: Pool): Promise<LivePage> {
    // The charts begin with the load, and not with the first look.
    const server = createServer(statusPage(pool, { title: 'mysql-hostpool: the demo', keepHistory: true }))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new LivePage(server)
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
