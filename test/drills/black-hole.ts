import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { poll } from '../cluster/polling.js'

/** The port of a server that was just killed can be in the kernel's hands for a moment. */
const BIND_TIMEOUT = 5_000

/** Accepts every connection at an address and never says a word. Disposing of it drops them all. */
export async function openBlackHole(host: string, port: number): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.resume()
    socket.unref()
  })
  // A drill that is broken off need not wait for it.
  server.unref()
  const open = await poll(
    async () => {
      try {
        server.listen(port, host)
        await once(server, 'listening')
        return true
      } catch {
        return undefined
      }
    },
    { timeout: BIND_TIMEOUT, interval: 5 },
  )
  if (open !== true) throw new Error(`${host}:${port} could not be taken over`)
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
