import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'

/** Bytes that a socket reads at once, as many as Node reads by default. */
const READ_AT_ONCE = 64 * 1024

/** Bun and Deno have `node:net` too, and take `onread` or leave it; each reads in its own way. */
const isNode = !('bun' in process.versions) && !('deno' in process.versions)

/**
 * Opens the socket of a connection. Node allocates 64 KB for each read, and cuts the memory down to what has arrived; for short
 * answers this costs more than the reading. Here one socket reads into the same memory each time, and every listener of `data`
 * gets a copy of what has arrived.
 * @param plain - whether the bytes are the server's own; TLS takes the bytes from below the stream
 */
export function openSocket(options: TcpNetConnectOpts, plain: boolean): Socket {
  if (!plain || !isNode) return connect(options)
  const memory = Buffer.allocUnsafeSlow(READ_AT_ONCE)
  const socket: Socket = connect({
    ...options,
    onread: {
      buffer: memory,
      callback: (length) => {
        const received = Buffer.allocUnsafe(length)
        memory.copy(received, 0, 0, length)
        socket.emit('data', received)
        return true
      },
    },
  })
  return socket
}
