import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { now } from './clock.js'
import type { Handshake } from './record.js'

/** The server greets first; its second packet is its answer to the login. */
const LOGIN_ANSWERED = 2

/**
 * Notes every try of this process to log in to a server, whichever library makes it. To be called before the first
 * connection; answers the list that grows.
 */
export function watchHandshakes(): readonly Handshake[] {
  const handshakes: Handshake[] = []
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { socket: Socket }
    let from = now()
    let host: string | undefined
    let packets = 0
    const end = () => {
      socket.off('data', count)
      socket.off('close', end)
      handshakes.push({ ...(host === undefined ? {} : { host }), from, to: now() })
    }
    const count = () => {
      packets += 1
      if (packets === LOGIN_ANSWERED) end()
    }
    socket.once('connect', () => {
      from = now()
      host = `${socket.remoteAddress}:${socket.remotePort}`
      // Whoever opened it listens by now; this must not be what sets the data flowing.
      socket.on('data', count)
    })
    socket.once('close', end)
  })
  return handshakes
}
