import type { Check } from '../check.js'
import type { Facts, HostFacts, HostFailure, ReachedHost } from '../facts.js'
import type { Finding } from '../finding.js'
import { namesOf, reachedHosts } from '../reached.js'

const SOON = 30 * 24 * 60 * 60 * 1000

/** Whether connections are encrypted, and whether certificates prove that they lead to the right servers. */
export const tls: Check = {
  name: 'tls',
  weight: 90,
  run: (facts) => [
    ...refusals(facts),
    ...unencrypted(facts),
    ...unverified(facts),
    ...outdated(facts),
    ...expiring(facts),
  ],
}

function refusals({ hosts }: Facts): readonly Finding[] {
  return hosts.flatMap(({ name, origin, failure }) =>
    origin === 'configured' && failure?.stage === 'tls' ? [refusal(name, failure)] : [],
  )
}

function refusal(name: string, failure: HostFailure): Finding {
  return {
    level: 'error',
    hosts: [name],
    problem: `TLS fails: ${failure.message}`,
    reason: 'The pool sends no password to a server that may be another one, so this host is never used.',
    remedy: remedyOf(name, failure),
  }
}

/**
 * mysql2 gives all failures of TLS one code, so the words decide. They are Node's and this pool's, and no server translates them.
 */
function remedyOf(name: string, { code, errno, message }: HostFailure): string {
  const host = name.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  if (errno === 3159) return '?ssl=true   # in the URL: this server takes encrypted connections only'
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return "ssl_cert = …, ssl_key = …   # in the server's [mysqld] section: it offers no TLS"
  }
  if (/certificate has to be for|altname/i.test(message)) {
    return `Issue the certificate for ${host} (subjectAltName), or set the host's servername to a name that it has.`
  }
  if (/expired|not yet valid/i.test(message)) {
    return 'Renew the certificate, then FLUSH SSL (MariaDB) or ALTER INSTANCE RELOAD TLS (MySQL); check the clocks as well.'
  }
  if (/self[- ]signed|unable to (?:verify|get)/i.test(message)) {
    return '--ca FILE   # with the authority that has signed it; in the application ssl: { ca }'
  }
  return `openssl s_client -starttls mysql -connect ${name}   # shows what the server offers`
}

function unencrypted(facts: Facts): readonly Finding[] {
  const open = facts.pool.encryption === 'off' ? reachedHosts(facts).filter(({ local }) => !local) : []
  if (open.length === 0) return []
  return [
    {
      level: 'warning',
      hosts: namesOf(open),
      problem: 'Connections are not encrypted.',
      reason: 'All rows, and all statements with their values, can be read and changed on the way.',
      remedy: open.every(offersTls)
        ? '?ssl=true   # in the URL: the servers offer TLS; with --ca FILE where their authority is your own'
        : `ssl_cert = …, ssl_key = …   # in [mysqld]; then ?ssl=true in the URL`,
    },
  ]
}

function offersTls({ server }: ReachedHost): boolean {
  const { variables } = server
  return variables.get('have_ssl') === 'YES' || (variables.get('ssl_cert') ?? '') !== ''
}

function unverified({ pool, hosts }: Facts): readonly Finding[] {
  if (pool.encryption !== 'unverified' && pool.encryption !== 'unnamed') return []
  const nothing = pool.encryption === 'unverified'
  return [
    {
      level: 'warning',
      hosts: namesOf(hosts.filter(isConfigured)),
      problem: nothing
        ? 'Certificates are not verified (ssl.rejectUnauthorized is false).'
        : 'The names in certificates are not checked (ssl.verifyIdentity is false).',
      reason: nothing
        ? 'Any server on the way can pose as the database.'
        : 'Any server with a certificate of the same authority can pose as the database.',
      remedy: nothing
        ? '--ca FILE   # and no ssl.rejectUnauthorized=false'
        : 'Give hosts whose certificates have other names a servername, and drop ssl.verifyIdentity=false.',
    },
  ]
}

function isConfigured({ origin }: HostFacts): boolean {
  return origin === 'configured'
}

function outdated(facts: Facts): readonly Finding[] {
  return reachedHosts(facts).flatMap(({ name, server }): readonly Finding[] => {
    const version = server.encryption.get('ssl_version') ?? ''
    if (!/^(?:SSL|TLSv1(?:\.1)?$)/.test(version)) return []
    return [
      {
        level: 'warning',
        hosts: [name],
        problem: `The connection speaks ${version}, which is broken.`,
        reason: 'It can be read by those that TLS is there to keep out.',
        remedy: "tls_version = TLSv1.2,TLSv1.3   # in the server's [mysqld] section",
      },
    ]
  })
}

/** A certificate that ends soon. A server tells the end of its certificate on encrypted connections only. */
function expiring(facts: Facts): readonly Finding[] {
  return reachedHosts(facts).flatMap(({ name, server }): readonly Finding[] => {
    const end = Date.parse(server.encryption.get('ssl_server_not_after') ?? '')
    if (Number.isNaN(end) || end - facts.now > SOON) return []
    const days = Math.floor((end - facts.now) / (24 * 60 * 60 * 1000))
    return [
      {
        level: 'warning',
        hosts: [name],
        problem: days < 0 ? 'The certificate has expired.' : `The certificate expires in ${days} days.`,
        reason: 'New connections are refused from then on, those of probes included.',
        remedy: 'Renew the certificate, then FLUSH SSL (MariaDB) or ALTER INSTANCE RELOAD TLS (MySQL).',
      },
    ]
  })
}
