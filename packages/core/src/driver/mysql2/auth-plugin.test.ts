import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, describe, expect, it } from 'vitest'

import type { AuthPlugin } from '../../config/options.js'
import { createPool } from '../../create-pool.js'
import type { Pool } from '../../pool.js'

const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0])

function packet(sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUIntLE(body.length, 0, 3)
  head[3] = sequence
  return Buffer.concat([head, body])
}

const GREETING = Buffer.concat([
  Buffer.from([10]),
  Buffer.from('8.0.36\0'),
  Buffer.from([1, 0, 0, 0]),
  Buffer.from('12345678\0'),
  Buffer.from([0xff, 0xf7, 45, 2, 0, 0xff, 0x81, 21]),
  Buffer.alloc(10),
  Buffer.from('123456789012\0'),
  Buffer.from('mysql_native_password\0'),
])
const SWITCH = Buffer.concat([Buffer.from([0xfe]), Buffer.from('token\0'), Buffer.from('challenge\0')])

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)])
}

function column(name: string): Buffer {
  const parts = ['def', '', '', '', name, ''].map((part) => text(part))
  return Buffer.concat([...parts, Buffer.from([0x0c, 45, 0, 255, 0, 0, 0, 253, 0, 0, 0, 0, 0])])
}

/** That it accepts writes, as a probe asks. */
function writable(sequence: number): Buffer {
  const end = Buffer.from([0xfe, 0, 0, 2, 0])
  const row = Buffer.concat([text('READ_ONLY'), text('0')])
  const packets = [Buffer.from([2]), column('name'), column('value'), end, row, end]
  return Buffer.concat(packets.map((body, index) => packet(sequence + index, body)))
}

/** A server that asks for the plugin `token`, answers probes of the kind `plain`, and says OK to all else. */
async function server(): Promise<{ readonly server: Server; readonly tokens: string[]; readonly port: number }> {
  const tokens: string[] = []
  const server = createServer((socket) => {
    let step = 0
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      step += 1
      if (step === 2) tokens.push(data.subarray(4).toString())
      const sequence = (data[3] ?? 0) + 1
      socket.write(data.includes('READ_ONLY') ? writable(sequence) : packet(sequence, step === 1 ? SWITCH : OK))
    })
    socket.write(packet(0, GREETING))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, tokens, port: (server.address() as AddressInfo).port }
}

let pool: Pool | undefined
let running: Server | undefined

afterEach(async () => {
  await pool?.end()
  running?.close()
})

async function poolWith(plugin: AuthPlugin, connectTimeout: number) {
  const started = await server()
  running = started.server
  const made = createPool({
    host: '127.0.0.1',
    port: started.port,
    user: 'app',
    authPlugins: { token: plugin },
    connectTimeout,
    health: { probe: 'plain', timeout: 300 },
  })
  pool = made
  const trouble: string[] = []
  made.on('hostDown', ({ reason }) => trouble.push(reason))
  made.on('hostSuspect', ({ reason }) => trouble.push(reason))
  return { pool: made, trouble, tokens: started.tokens }
}

describe('an authentication plugin', () => {
  it('may take longer than a probe: callers are served, and the host is not in doubt', async () => {
    const { pool, trouble, tokens } = await poolWith(() => () => sleep(600, 'a token'), 5000)
    const lease = await pool.getConnection()
    lease.destroy()
    expect(tokens[0]).toBe('a token')
    expect(trouble).toEqual([])
  })

  it('that never answers is named in the error, and the host is not in doubt', async () => {
    const { pool, trouble } = await poolWith(() => () => new Promise<string>(() => undefined), 500)
    await expect(pool.getConnection()).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: expect.stringMatching(
        /connectTimeout \(500 ms\): the function authPlugins\.token has not answered yet$/,
      ) as unknown,
    })
    expect(trouble).toEqual([])
  })

  it('that throws is named in the error', async () => {
    const plugin: AuthPlugin = () => () => {
      throw new Error('the signer is away')
    }
    const { pool, trouble } = await poolWith(plugin, 500)
    await expect(pool.getConnection()).rejects.toThrow('The function authPlugins.token failed: the signer is away')
    expect(trouble).toEqual([])
  })
})
