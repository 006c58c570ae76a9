import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'

import type { PoolValues } from './option-table/pool-options.js'
import type { PemOption, SslValues } from './option-table/ssl-options.js'
import type { HostConfig } from './pool-config.js'
import type { OptionPath, Problem } from './problem.js'

/** The values that the rules compare. Each value has passed its own check. */
interface Read {
  readonly values: PoolValues
  readonly hosts: readonly HostConfig[]
  readonly flags: readonly string[]
}

/** A rule about options that contradict each other. */
interface Contradiction {
  /**
   * The options of the rule. The problem is reported at the first one. The rule is skipped if one of them is faulty in itself.
   */
  readonly options: readonly string[]
  readonly path?: OptionPath
  /** The problem and its remedy; undefined if there is no problem. */
  readonly message: (read: Read) => string | undefined
}

const table: readonly Contradiction[] = [
  {
    options: ['socketPath', 'host'],
    message: ({ values }) =>
      values.socketPath !== undefined && values.host !== undefined
        ? 'is given together with host; a socket takes the place of the hosts, so keep one of them'
        : undefined,
  },
  {
    options: ['minIdle', 'connectionLimit'],
    message: ({ values }) =>
      values.minIdle > values.connectionLimit
        ? `${values.minIdle} is more than connectionLimit (${values.connectionLimit}); lower it or raise connectionLimit`
        : undefined,
  },
  {
    options: ['maxIdle', 'connectionLimit'],
    message: ({ values }) =>
      values.maxIdle !== undefined && values.maxIdle > values.connectionLimit
        ? `${values.maxIdle} is more than connectionLimit (${values.connectionLimit}); lower it or raise connectionLimit`
        : undefined,
  },
  {
    options: ['minIdle', 'maxIdle'],
    message: ({ values }) =>
      values.maxIdle !== undefined && values.minIdle > values.maxIdle
        ? `${values.minIdle} is more than maxIdle (${values.maxIdle}); lower it or raise maxIdle`
        : undefined,
  },
  {
    options: ['minIdle', 'host', 'connectionLimit'],
    message: ({ values, hosts }) => {
      const room = hosts.reduce((sum, { connectionLimit }) => sum + connectionLimit, 0)
      return values.minIdle > room && values.minIdle <= values.connectionLimit
        ? `${values.minIdle} is more than the hosts' own connectionLimits allow together (${room}); lower it or raise them`
        : undefined
    },
  },
  {
    options: ['noHostTimeout', 'acquireTimeout'],
    message: ({ values }) =>
      values.acquireTimeout > 0 && values.noHostTimeout > values.acquireTimeout
        ? `${values.noHostTimeout} is more than acquireTimeout (${values.acquireTimeout}), which would end the wait first; raise acquireTimeout`
        : undefined,
  },
  {
    options: ['queueLimit', 'waitForConnections'],
    message: ({ values }) =>
      values.queueLimit > 0 && !values.waitForConnections
        ? `${values.queueLimit} has no meaning with waitForConnections: false, under which no caller waits; leave one of them out`
        : undefined,
  },
  {
    options: ['health'],
    path: ['health', 'retryInterval'],
    message: ({ values: { health } }) =>
      health.retryInterval !== undefined && health.retryInterval > health.interval
        ? `${health.retryInterval} is more than health.interval (${health.interval}), so that a host in trouble would be asked less often than a sound one; lower it`
        : undefined,
  },
  {
    options: ['discovery', 'socketPath'],
    message: ({ values: { discovery, socketPath } }) =>
      discovery !== false && socketPath !== undefined
        ? 'has no meaning with socketPath: a socket leads to one server of this machine; leave one of them out'
        : undefined,
  },
  {
    options: ['discovery', 'host'],
    message: ({ values: { discovery, socketPath }, hosts }) =>
      discovery !== false &&
      (discovery === 'dns' || (typeof discovery === 'object' && discovery.from === 'dns')) &&
      socketPath === undefined &&
      hosts.every(({ host }) => isIP(host) !== 0)
        ? "from 'dns' needs a name to look up, and every host is an address; name one, or use 'cluster'"
        : undefined,
  },
  {
    options: ['ssl'],
    path: ['ssl', 'verifyIdentity'],
    message: ({ values: { ssl } }) =>
      typeof ssl === 'object' && !ssl.rejectUnauthorized && ssl.verifyIdentity === true
        ? 'true has no meaning with ssl.rejectUnauthorized: false, under which any certificate will do; leave one of them out'
        : undefined,
  },
  {
    options: ['ssl'],
    path: ['ssl', 'minVersion'],
    message: ({ values: { ssl } }) =>
      typeof ssl === 'object' &&
      ssl.minVersion !== undefined &&
      ssl.maxVersion !== undefined &&
      ssl.minVersion > ssl.maxVersion
        ? `'${ssl.minVersion}' is above ssl.maxVersion ('${ssl.maxVersion}'); exchange them`
        : undefined,
  },
  ...(['ca', 'cert', 'key'] as const).map((name): Contradiction => ({
    options: ['ssl'],
    path: ['ssl', name],
    message: ({ values: { ssl } }) => (typeof ssl === 'object' ? pemProblem(name, ssl[name]) : undefined),
  })),
  {
    // Checked here, because the driver would report this only during a handshake.
    options: ['ssl'],
    message: ({ values: { ssl } }) => (typeof ssl === 'object' ? tlsProblem(ssl) : undefined),
  },
  {
    options: ['infileStreamFactory', 'flags'],
    message: ({ values, flags }) =>
      values.infileStreamFactory !== undefined && !flags.includes('LOCAL_FILES')
        ? "is never called while the capability LOCAL_FILES is off; add flags: ['LOCAL_FILES'], or leave it out"
        : undefined,
  },
]

const PEM_OF = {
  ca: { what: 'certificate', mark: /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/ },
  cert: { what: 'certificate', mark: /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/ },
  key: { what: 'private key', mark: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
} as const

/**
 * The problem with a PEM text. A path in place of the text is the usual mistake. OpenSSL ignores a `ca` that is no PEM text, and
 * then trusts no server.
 */
function pemProblem(name: keyof typeof PEM_OF, given: PemOption | undefined): string | undefined {
  const { what, mark } = PEM_OF[name]
  for (const text of listOf(given) ?? []) {
    const pem = text.toString()
    if (!mark.test(pem)) {
      return `holds no ${what} in PEM form ("-----BEGIN ${what.toUpperCase()}-----"); give what is in the file, not its path, as in ${name}: readFileSync('${name}.pem')`
    }
    if (name === 'ca' && !isCertificate(pem)) {
      return 'holds a certificate that OpenSSL cannot read; check that the file is complete'
    }
  }
  return undefined
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}

/** The problem that OpenSSL finds with keys, certificates and ciphers. OpenSSL's messages quote none of their contents. */
function tlsProblem(ssl: SslValues): string | undefined {
  const { ca, cert, key, passphrase, ciphers } = ssl
  // The rules for ca, cert and key report these problems.
  if (pemProblem('ca', ca) ?? pemProblem('cert', cert) ?? pemProblem('key', key)) return undefined
  try {
    createSecureContext({ ca: listOf(ca), cert: listOf(cert), key: listOf(key), passphrase, ciphers })
    return undefined
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no reason given'
    return `OpenSSL refuses these settings (${reason}); check that cert, key and passphrase belong together and that ciphers is a list of OpenSSL's cipher names`
  }
}

function listOf(pem: PemOption | undefined): (string | Buffer)[] | undefined {
  if (pem === undefined) return undefined
  return typeof pem === 'string' || Buffer.isBuffer(pem) ? [pem] : [...pem]
}

/** The problems of options that are valid one by one and contradict each other. */
export function crossFieldRules(read: Read, faulty: ReadonlySet<string>): Problem[] {
  return table.flatMap(({ options, path = options.slice(0, 1), message }) => {
    if (options.some((name) => faulty.has(name))) return []
    const found = message(read)
    return found === undefined ? [] : [{ path, message: found }]
  })
}
