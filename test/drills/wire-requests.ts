import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import type { RequestKind } from '../demo/tally.js'
import { now } from './clock.js'
import type { SentRequest } from './record.js'

const HEADER = 4
const COM_QUERY = 0x03
const COM_STMT_PREPARE = 0x16
const COM_STMT_EXECUTE = 0x17
const READ_TABLE = Buffer.from('drill_item')
const WRITE_TABLE = Buffer.from('drill_write')

/**
 * Notes every request of the load that this process puts on the wire, by the host it goes to, whichever library sends it.
 * To be called before the first connection; answers the record that grows.
 */
export function watchRequests(): Readonly<Record<string, readonly SentRequest[]>> {
  const requests: Record<string, SentRequest[]> = {}
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { socket: Socket }
    const prepared: Prepared = { kinds: new Map(), last: undefined }
    const note = (packet: unknown) => {
      if (!Buffer.isBuffer(packet)) return
      const kind = kindOf(packet, prepared)
      if (kind !== undefined)
        (requests[`${socket.remoteAddress}:${socket.remotePort}`] ??= []).push({ at: now(), kind })
    }
    // Connecting puts the original back in place. Nothing but a stand-in sees what is written without having a say in it.
    socket.once('connect', () => {
      socket.write = new Proxy(socket.write.bind(socket), {
        apply(write, _, args: Parameters<Socket['write']>) {
          note(args[0])
          return Reflect.apply(write, socket, args)
        },
      })
    })
  })
  return requests
}

/** The statements that one connection has prepared. */
interface Prepared {
  readonly kinds: Map<number, RequestKind | undefined>
  last: RequestKind | undefined
}

function kindOf(packet: Buffer, prepared: Prepared): RequestKind | undefined {
  // The first packet of a command is number 0; those of a login are not.
  if (packet[HEADER - 1] !== 0) return undefined
  const command = packet[HEADER]
  if (command === COM_STMT_EXECUTE) {
    const { kinds, last } = prepared
    const id = packet.readUInt32LE(HEADER + 1)
    // Executed for the first time, it is what was prepared just before: a connection does one thing at a time.
    if (!kinds.has(id)) kinds.set(id, last)
    return kinds.get(id)
  }
  if (command !== COM_QUERY && command !== COM_STMT_PREPARE) return undefined
  const kind = packet.includes(WRITE_TABLE) ? 'write' : packet.includes(READ_TABLE) ? 'read' : undefined
  if (command === COM_QUERY) return kind
  prepared.last = kind
  return undefined
}
