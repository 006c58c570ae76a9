import { describe, expect, it } from 'vitest'

import { factsWith, galeraFacts, galeraHost, groupHost, lostHost, NOW, replicationHost } from '../../testing/facts.js'
import type { HostFailure, PoolPlan } from '../facts.js'
import { connectionLimits } from './connection-limits.js'
import { login } from './login.js'
import { probeGrants } from './probe-grants.js'
import { reachability } from './reachability.js'
import { tls } from './tls.js'
import { unanswered } from './unanswered.js'

function withLost(failure: Partial<HostFailure>, pool: Partial<PoolPlan> = {}) {
  return factsWith([lostHost('db9:3306', failure), galeraHost(2), galeraHost(3)], pool)
}

describe('a host that cannot be reached', () => {
  it.each<[string, Partial<HostFailure>, string, string]>([
    ['nothing listens', { code: 'ECONNREFUSED' }, 'no server listens there', 'sport = :3306'],
    ['the name is unknown', { code: 'ENOTFOUND' }, 'The name has no address', 'getent hosts db9'],
    ['it is silent', { stage: 'silent' }, 'no answer within 5000 ms', 'nc -vz db9 3306'],
    [
      'there is no route',
      { code: 'EHOSTUNREACH', message: 'no route' },
      'cannot be reached (no route)',
      'nc -vz db9 3306',
    ],
    ['it breaks the handshake', { stage: 'other', message: 'odd' }, 'lets no session in (odd)', 'error log'],
  ])('is an error: %s', (_, failure, problem, remedy) => {
    const [finding, ...more] = reachability.run(withLost(failure))
    expect(more).toEqual([])
    expect(finding).toMatchObject({ level: 'error', hosts: ['db9:3306'] })
    expect(finding?.problem).toContain(problem)
    expect(finding?.remedy).toContain(remedy)
    expect(finding?.reason).toContain('one less to fail over to')
  })

  it('is told apart from the loss of all', () => {
    const [finding] = reachability.run(factsWith([lostHost('[fd00::9]:3307', { code: 'ECONNREFUSED' })]))
    expect(finding?.reason).toContain('Every statement fails')
    expect(finding?.remedy).toMatch(/sport = :3307'.*fd00::9$/)
  })

  it.each<HostFailure['stage']>(['tls', 'login', 'session', 'full'])('is none that has answered: %s', (stage) => {
    expect(reachability.run(withLost({ stage }))).toEqual([])
  })
})

describe('a refused login', () => {
  it.each<[number, string]>([
    [1044, "GRANT SELECT, INSERT, UPDATE, DELETE ON `shop`.* TO 'app'@'%';"],
    [1045, "ALTER USER 'app'@'%' IDENTIFIED BY '…';"],
    [1049, 'CREATE DATABASE `shop`;'],
    [1130, "CREATE USER 'app'@'%'"],
    [1862, "ALTER USER 'app'@'%' IDENTIFIED BY '…';"],
    [3118, "ALTER USER 'app'@'%' ACCOUNT UNLOCK;"],
  ])('%i is mended by its own statement', (errno, remedy) => {
    const [finding] = login.run(withLost({ stage: 'login', errno, message: 'refused' }))
    expect(finding).toMatchObject({ level: 'error', hosts: ['db9:3306'], problem: 'The login is refused: refused' })
    expect(finding?.remedy).toContain(remedy)
    expect(finding?.reason).toContain('Other hosts take the same login')
  })

  it('that has no TLS may be refused for that: servers say the same of a wrong password', () => {
    const refused = { stage: 'login', errno: 1045, message: 'Access denied' } as const
    const remedyOf = (encryption: PoolPlan['encryption']) => login.run(withLost(refused, { encryption }))[0]?.remedy
    expect(remedyOf('off')).toContain('?ssl=true')
    expect(remedyOf('verified')).not.toContain('ssl')
  })

  it('is told from a session that cannot be set up', () => {
    const failure = { stage: 'session', errno: 1193, message: "Unknown system variable 'x'" } as const
    expect(login.run(withLost(failure))).toMatchObject([
      { level: 'error', remedy: expect.stringContaining('sessionVariables') as string },
    ])
  })

  it('on several hosts for the same reason is told once', () => {
    const hosts = ['db1:3306', 'db2:3306'].map((name) => lostHost(name, { stage: 'login', errno: 1045 }))
    expect(login.run(factsWith(hosts)).map(({ hosts: names }) => names)).toEqual([['db1:3306', 'db2:3306']])
  })
})

describe('encryption', () => {
  it.each<[Partial<HostFailure>, string]>([
    [{ code: 'HANDSHAKE_NO_SSL_SUPPORT' }, 'ssl_cert'],
    [
      { code: 'HANDSHAKE_SSL_ERROR', message: "Hostname/IP does not match certificate's altnames: x" },
      'Issue the certificate for db9',
    ],
    [{ code: 'HANDSHAKE_SSL_ERROR', message: 'certificate has expired' }, 'Renew'],
    [{ code: 'HANDSHAKE_SSL_ERROR', message: 'self-signed certificate in certificate chain' }, '--ca FILE'],
    [{ code: 'HANDSHAKE_SSL_ERROR', message: 'unable to verify the first certificate' }, '--ca FILE'],
    [{ code: 'HANDSHAKE_SSL_ERROR', message: 'wrong version number' }, 'openssl s_client'],
    [{ errno: 3159 }, 'ssl=true'],
  ])('that fails with %o is an error', (failure, remedy) => {
    const [finding] = tls.run(withLost({ stage: 'tls', ...failure }, { encryption: 'verified' }))
    expect(finding).toMatchObject({ level: 'error', hosts: ['db9:3306'] })
    expect(finding?.remedy).toContain(remedy)
  })

  it('that is off is a warning, but for servers on this machine', () => {
    expect(tls.run(galeraFacts({ local: true }))).toEqual([])
    const [finding] = tls.run(galeraFacts({ local: false, variables: { have_ssl: 'YES' } }))
    expect(finding).toMatchObject({ level: 'warning', hosts: ['db1:3306'] })
    expect(finding?.remedy).toMatch(/^\?ssl=true/)
  })

  it.each<PoolPlan['encryption']>(['unverified', 'unnamed'])('that is %s is a warning', (encryption) => {
    expect(tls.run(galeraFacts({}, { encryption }))).toMatchObject([{ level: 'warning' }])
  })

  it.each([
    [-1, 'The certificate has expired.'],
    [12, 'The certificate expires in 12 days.'],
  ])('with a certificate for %i days more is a warning', (days, problem) => {
    const end = new Date(NOW + days * 86_400_000 + 1000).toUTCString()
    const found = tls.run(galeraFacts({ encryption: { ssl_server_not_after: end } }, { encryption: 'verified' }))
    expect(found).toMatchObject([{ level: 'warning', problem }])
  })

  it('with a certificate for long, or of a server that does not tell, is none', () => {
    const end = new Date(NOW + 90 * 86_400_000).toUTCString()
    for (const text of [end, '', 'never']) {
      expect(tls.run(galeraFacts({ encryption: { ssl_server_not_after: text } }, { encryption: 'verified' }))).toEqual(
        [],
      )
    }
  })

  it.each([
    ['TLSv1', 1],
    ['TLSv1.1', 1],
    ['TLSv1.2', 0],
    ['TLSv1.3', 0],
  ])('by %s has %i warnings', (version, count) => {
    expect(tls.run(galeraFacts({ encryption: { ssl_version: version } }, { encryption: 'verified' }))).toHaveLength(
      count,
    )
  })
})

describe('a privilege of the probe that is missing', () => {
  it.each([
    [replicationHost(1, { description: { missingPrivilege: 'REPLICA MONITOR ON *.*' } }), 'far behind'],
    [groupHost(1, { description: { missingPrivilege: 'SELECT ON x' } }), 'lost the majority'],
  ])('is an error with its GRANT', (host, reason) => {
    const [finding] = probeGrants.run(factsWith([host, galeraHost(2)]))
    expect(finding).toMatchObject({ level: 'error', hosts: ['db1:3306'] })
    expect(finding?.reason).toContain(reason)
    expect(finding?.remedy).toBe(`GRANT ${host.server.description?.missingPrivilege ?? ''} TO 'app'@'%';`)
  })

  it('is a note of a server that stands alone', () => {
    const host = replicationHost(1, { description: { missingPrivilege: 'REPLICA MONITOR ON *.*' } })
    expect(probeGrants.run(factsWith([host]))).toMatchObject([{ level: 'note' }])
  })

  it('is told once for hosts that lack the same, and is none of a Galera node that is switched off', () => {
    const missing = { description: { missingPrivilege: 'REPLICA MONITOR ON *.*' } }
    expect(probeGrants.run(factsWith([replicationHost(1, missing), replicationHost(2, missing)]))).toHaveLength(1)
    const off = { ...missing, variables: { wsrep_provider: '/galera.so', wsrep_on: 'OFF' } }
    expect(probeGrants.run(factsWith([replicationHost(1, off)]))).toEqual([])
  })
})

describe('room for connections', () => {
  it.each<[processes: number, max: string, level: string | undefined]>([
    [20, '200', undefined],
    [38, '200', undefined],
    [39, '200', 'warning'],
    [40, '200', 'warning'],
    [41, '200', 'error'],
    [1, '16', undefined],
    [1, '4', 'error'],
  ])('for %i processes of 4 connections and a probe, of %s: %s', (processes, max_connections, level) => {
    const found = connectionLimits.run(galeraFacts({ variables: { max_connections } }, { processes }))
    expect(found.find(({ hosts }) => hosts.includes('db1:3306'))?.level).toBe(level)
  })

  it('counts discovery, and the limit of the host', () => {
    const facts = galeraFacts(
      { connectionLimit: 1, variables: { max_connections: '20' } },
      { processes: 4, discovery: 'cluster' },
    )
    // 4 × (1 + 1 + 1) of 20: room for fewer than ten more.
    expect(connectionLimits.run(facts)).toMatchObject([{ level: 'warning', hosts: ['db1:3306'] }])
  })

  it('heeds the limit of the account, and names it', () => {
    const [finding] = connectionLimits.run(galeraFacts({ session: { max_user_connections: '8' } }, { processes: 2 }))
    expect(finding).toMatchObject({
      level: 'error',
      remedy: expect.stringContaining("ALTER USER 'app'@'%' WITH MAX_USER_CONNECTIONS 10") as string,
    })
  })

  it('is told as a number of processes where theirs is not known', () => {
    const found = connectionLimits.run(galeraFacts({}, { processes: undefined }))
    expect(found).toMatchObject([
      { level: 'note', problem: expect.stringContaining('room for 38 processes') as string },
    ])
  })

  it('that is used up already is an error', () => {
    expect(connectionLimits.run(withLost({ stage: 'full' }))).toMatchObject([{ level: 'error', hosts: ['db9:3306'] }])
  })
})

describe('what could not be looked at', () => {
  it('is a warning, of questions and of tables', () => {
    expect(unanswered.run(galeraFacts({ server: { unanswered: ['SHOW GLOBAL VARIABLES: late'] } }))).toMatchObject([
      {
        level: 'warning',
        hosts: ['db1:3306'],
        problem: expect.stringContaining('SHOW GLOBAL VARIABLES: late') as string,
      },
    ])
    expect(unanswered.run(galeraFacts({}, {}, { problem: 'late' }))).toMatchObject([{ level: 'warning' }])
  })
})
