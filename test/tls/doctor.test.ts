import { examine } from '@mysql-hostpool/cli'
import { afterAll, expect, it } from 'vitest'

import { Authority, type Certificate } from './authority.js'
import { TlsServer } from './tls-server.js'

const authority = await Authority.make('the authority of this test')
const stranger = await Authority.make('another authority')
const servers: TlsServer[] = []

afterAll(() => {
  for (const server of servers) server.stop()
})

async function diagnosis(certificate: Certificate): Promise<{ readonly remedy?: string; readonly text: string }> {
  const server = await TlsServer.start(certificate)
  servers.push(server)
  const options = { host: '127.0.0.1', port: server.port, user: 'app', password: 'a secret', ssl: { ca: authority.ca } }
  const examination = await examine(options, { timeout: 1_000 })
  expect(server.logins).toBe(0)
  const [finding] = examination.findings
  expect(finding).toMatchObject({ check: 'tls', level: 'error', hosts: [`127.0.0.1:${server.port}`] })
  return { remedy: finding?.remedy ?? '', text: JSON.stringify(examination) }
}

it('the doctor tells a certificate for another name, before any credentials are sent', async () => {
  const { remedy, text } = await diagnosis(await authority.certify('db.example.test'))
  expect(remedy).toContain('Issue the certificate for 127.0.0.1')
  expect(text).not.toContain('a secret')
})

it('and one of another authority', async () => {
  const { remedy } = await diagnosis(await stranger.certify('127.0.0.1'))
  expect(remedy).toContain('--ca FILE')
})
