import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'

import { openSocket } from './socket.js'

/** Both ends of a connection: the pool's, opened as `plain` says, and the server's. */
async function ends(plain: boolean): Promise<{ readonly ours: Socket; readonly theirs: Socket }> {
  const server = createServer({ noDelay: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ours = openSocket({ host: '127.0.0.1', port, noDelay: true }, plain)
  const [[theirs]] = (await Promise.all([once(server, 'connection'), once(ours, 'connect')])) as [[Socket], unknown]
  onTestFinished(() => {
    ours.destroy()
    theirs.destroy()
    server.close()
  })
  return { ours, theirs }
}

describe.each([
  ['for plain bytes', true],
  ['for TLS', false],
])('a socket %s', (_, plain) => {
  it('gives each listener bytes that later reads leave alone', async () => {
    const { ours, theirs } = await ends(plain)
    const received: Buffer[] = []
    ours.on('data', (chunk: Buffer) => received.push(chunk))
    for (const text of ['first', 'second', 'third']) {
      theirs.write(text)
      await once(ours, 'data')
    }
    expect(received.map(String)).toEqual(['first', 'second', 'third'])
  })

  it('delivers a large answer whole and in order', async () => {
    const { ours, theirs } = await ends(plain)
    const sent = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_value, index) => (index * 7) % 251))
    const received: Buffer[] = []
    ours.on('data', (chunk: Buffer) => received.push(chunk))
    theirs.end(sent)
    await once(ours, 'end')
    expect(Buffer.concat(received).equals(sent)).toBe(true)
  })

  it('delivers nothing while it is paused, and the rest afterwards', async () => {
    const { ours, theirs } = await ends(plain)
    const received: Buffer[] = []
    ours.on('data', (chunk: Buffer) => {
      received.push(chunk)
      ours.pause()
    })
    theirs.write('first')
    await once(ours, 'pause')
    theirs.write('second')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(Buffer.concat(received).toString()).toBe('first')
    ours.resume()
    await once(ours, 'pause')
    expect(Buffer.concat(received).toString()).toBe('firstsecond')
  })

  it('says that the server has ended or reset the connection', async () => {
    const ended = await ends(plain)
    ended.ours.resume()
    ended.theirs.end()
    await once(ended.ours, 'close')
    const reset = await ends(plain)
    reset.ours.resume()
    reset.theirs.resetAndDestroy()
    const [error] = (await once(reset.ours, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNRESET')
  })
})
