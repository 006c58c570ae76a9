import { createPool, type PoolOptions, type SslOptions } from '@mysql-hostpool/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Authority, type Certificate } from './authority.js'
import { TlsServer } from './tls-server.js'

let authority: Authority
let stranger: Authority
const servers: TlsServer[] = []

beforeAll(async () => {
  authority = await Authority.make('the authority of this test')
  stranger = await Authority.make('another authority')
})

afterAll(() => {
  for (const server of servers) server.stop()
})

async function serverFor(...subjects: string[]): Promise<TlsServer> {
  return serverWith(await authority.certify(...subjects))
}

async function serverWith(certificate: Certificate, address?: string): Promise<TlsServer> {
  const server = await TlsServer.start(certificate, address)
  servers.push(server)
  return server
}

interface Attempt {
  readonly server: TlsServer
  /** Default: the address itself. */
  readonly host?: string
  readonly servername?: string
  readonly ssl?: SslOptions
  readonly times?: number
}

/** Connects so many times, each on a new connection; answers 'served', or what the error says. */
async function connect({ server, host = '127.0.0.1', servername, ssl, times = 1 }: Attempt): Promise<string> {
  const options: PoolOptions = {
    host: [servername === undefined ? { host } : { host, servername }],
    port: server.port,
    user: 'app',
    password: 'secret',
    ssl: ssl ?? { ca: authority.ca },
    connectionLimit: 1,
    acquireTimeout: 3000,
    health: { probe: false },
  }
  const pool = createPool(options)
  try {
    for (let time = 0; time < times; time += 1) (await pool.getConnection()).destroy()
    return 'served'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await pool.end()
  }
}

describe('a certificate is taken when it is for what the configuration says', () => {
  it.each<[string, string[], string, string | undefined]>([
    ['the address that is written', ['127.0.0.1'], '127.0.0.1', undefined],
    ['the address among others', ['db.example.test', '10.1.2.3', '127.0.0.1'], '127.0.0.1', undefined],
    ['the name that is written', ['localhost'], 'localhost', undefined],
    ['the name in other letters', ['localhost'], 'LocalHost', undefined],
    ['a servername', ['db.example.test'], '127.0.0.1', 'db.example.test'],
    ['a servername, by a wildcard', ['*.example.test'], '127.0.0.1', 'db.example.test'],
    ['a servername that is an address', ['10.1.2.3'], '127.0.0.1', '10.1.2.3'],
  ])('%s', async (_, subjects, host, servername) => {
    const server = await serverFor(...subjects)
    const attempt = { server, host, ...(servername === undefined ? {} : { servername }) }
    expect(await connect(attempt)).toBe('served')
  })

  it('an IPv6 address', async () => {
    const server = await serverWith(await authority.certify('::1'), '::1')
    expect(await connect({ server, host: '::1' })).toBe('served')
  })

  it('and again on further connections, which take up the session', async () => {
    for (const [subject, host] of [
      ['127.0.0.1', '127.0.0.1'],
      ['localhost', 'localhost'],
    ] as const) {
      const server = await serverFor(subject)
      expect(await connect({ server, host, times: 3 })).toBe('served')
      expect(server.resumed).toBeGreaterThan(0)
    }
  })
})

describe('a certificate is refused, before any credentials are sent,', () => {
  it.each<[string, string[], string, string | undefined, string]>([
    ['for another address', ['127.0.0.9'], '127.0.0.1', undefined, '127.0.0.1'],
    ['for a name alone where an address is written', ['localhost'], '127.0.0.1', undefined, '127.0.0.1'],
    ['that has the address as a name', ['db.example.test'], '127.0.0.1', undefined, '127.0.0.1'],
    ['for the address alone where a name is written', ['127.0.0.1'], 'localhost', undefined, 'localhost'],
    ['for another name', ['db.example.test'], 'localhost', undefined, 'localhost'],
    ['for the address where a servername is written', ['127.0.0.1'], '127.0.0.1', 'db.example.test', 'db.example.test'],
    ['by a wildcard of another level', ['*.test'], '127.0.0.1', 'db.example.test', 'db.example.test'],
    ['for a name where a servername is an address', ['localhost'], 'localhost', '10.1.2.3', '10.1.2.3'],
  ])('%s', async (_, subjects, host, servername, expected) => {
    const server = await serverFor(...subjects)
    const attempt = { server, host, ...(servername === undefined ? {} : { servername }) }
    // Twice: a refused server's session must not be taken up again.
    for (const time of [1, 2]) {
      const answer = await connect(attempt)
      expect(answer, `time ${time}`).toContain(`the certificate has to be for ${expected};`)
      expect(answer).toContain("set it as the host's servername")
    }
    expect([server.logins, server.resumed]).toEqual([0, 0])
  })

  it('of an authority that is not trusted', async () => {
    const server = await serverFor('127.0.0.1')
    expect(await connect({ server, ssl: { ca: stranger.ca } })).toMatch(/certificate/)
    expect(await connect({ server, ssl: {} })).toMatch(/certificate/)
    expect(server.logins).toBe(0)
  })

  it('also after its server was accepted by a pool that does not look at names', async () => {
    const server = await serverFor('elsewhere.example.test')
    expect(await connect({ server, ssl: { ca: authority.ca, verifyIdentity: false }, times: 2 })).toBe('served')
    expect(await connect({ server })).toMatch(/has to be for 127\.0\.0\.1/)
  })
})

describe('what is not to be checked', () => {
  it('is not: the name with verifyIdentity: false, nothing with rejectUnauthorized: false', async () => {
    const server = await serverFor('elsewhere.example.test')
    expect(await connect({ server, ssl: { ca: authority.ca, verifyIdentity: false } })).toBe('served')
    expect(await connect({ server, ssl: { ca: stranger.ca, verifyIdentity: false } })).toMatch(/certificate/)
    expect(await connect({ server, ssl: { rejectUnauthorized: false } })).toBe('served')
  })
})
