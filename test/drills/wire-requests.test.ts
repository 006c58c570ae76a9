import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { watchRequests } from './wire-requests.js'

const QUERY = 0x03
const PING = 0x0e
const PREPARE = 0x16
const EXECUTE = 0x17

test('of all that goes over the wire the requests of the load are counted, prepared ones by what was prepared', async () => {
  const requests = watchRequests()
  const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  socket.write(packet(1, 'a login that names drill_item'))
  socket.write(packet(0, QUERY, 'SELECT note FROM drill_item'))
  socket.write(packet(0, QUERY, 'SELECT @@read_only'))
  socket.write(packet(0, PING))
  socket.write(packet(0, PREPARE, 'INSERT INTO drill_write VALUES (?)'))
  socket.write(packet(0, EXECUTE, 16))
  socket.write(packet(0, PREPARE, 'SELECT note FROM drill_item WHERE id = ?'))
  socket.write(packet(0, EXECUTE, 21))
  socket.write(packet(0, EXECUTE, 16))
  socket.destroy()
  server.close()
  const seen = requests[`127.0.0.1:${port}`]?.map(({ kind }) => kind)
  expect(seen).toEqual(['read', 'write', 'read', 'write'])
})

/** A packet with this number: a command, and what it is about (a text, or the number of a statement). */
function packet(sequence: number, ...parts: readonly (number | string)[]): Buffer {
  const [command = '', ...rest] = parts
  const head = typeof command === 'number' ? Buffer.from([command]) : Buffer.from(command)
  const body = Buffer.concat([
    head,
    ...rest.map((part) => (typeof part === 'string' ? Buffer.from(part) : uint32(part))),
  ])
  const header = Buffer.alloc(4)
  header.writeUIntLE(body.length, 0, 3)
  header[3] = sequence
  return Buffer.concat([header, body])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
