import { isIP } from 'node:net'
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls'

import type { ConnectTarget } from '../port.js'
import type { RawConnection } from './mysql2-internals.js'

/** TLS settings of mysql2, with its profiles resolved. */
interface TlsSettings extends SecureContextOptions {
  readonly rejectUnauthorized?: boolean
}

/** The parts of mysql2's connection that the change to TLS needs. */
interface RawUpgrade extends Omit<RawConnection, 'stream' | 'packetParser' | 'config'> {
  readonly config: { readonly ssl: TlsSettings }
  stream: RawConnection['stream']
  readonly packetParser: { execute(chunk: Buffer): void }
  startTLS(onSecure: (error?: Error) => void): void
  _handleNetworkError(error: Error): void
}

/** The state that connections with the same settings share: the parsed certificates, and the TLS sessions of accepted servers. */
interface SharedTls {
  readonly context: SecureContext
  /** Keyed by the server's name and address. */
  readonly sessions: Map<string, Buffer>
}

const shared = new WeakMap<TlsSettings, SharedTls>()

/** The largest number of kept sessions, more than one pool has servers. The oldest session is dropped first. */
const MOST_SESSIONS = 1000

/** Codes of errors of the network, which say nothing about certificates. */
const NETWORK = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOST|ENET)/

/**
 * Makes a connection check the server's certificate against the configuration: against the host's `servername`, or else against
 * the host's name or address as written. For an address mysql2 names no server, and Node then checks the name "localhost"; with
 * its profiles mysql2 checks no name at all. Must be called before any data has been received.
 * @throws where this version of mysql2 has no such step, because then nothing would be checked
 */
export function upgradeToTls(raw: RawConnection, { host, connection }: ConnectTarget): void {
  const upgrade = raw as unknown as RawUpgrade
  if (typeof upgrade.startTLS !== 'function') {
    raw.stream.destroy()
    throw new Error('This version of mysql2 cannot be used with TLS')
  }
  const { ssl } = connection
  const verified = typeof ssl === 'string' || (ssl !== false && ssl.verifyIdentity)
  const expected = host.servername ?? host.host
  const place = `${expected} ${host.name}`
  upgrade.startTLS = (onSecure) => {
    const settings = upgrade.config.ssl
    const { context, sessions } = sharedOf(settings)
    let established = false
    let issued: Buffer | undefined
    const keep = (session: Buffer): void => {
      if (sessions.size >= MOST_SESSIONS) for (const oldest of sessions.keys()) if (sessions.delete(oldest)) break
      sessions.set(place, session)
    }
    upgrade.stream.removeAllListeners('data')
    const session = sessions.get(place)
    const secure = connect(
      {
        socket: upgrade.stream,
        secureContext: context,
        rejectUnauthorized: settings.rejectUnauthorized !== false,
        // Not called for a resumed session: only sessions of accepted servers are kept.
        checkServerIdentity: (_, certificate) => (verified ? checkServerIdentity(expected, certificate) : undefined),
        ...(isIP(expected) === 0 ? { servername: expected } : {}),
        ...(session === undefined ? {} : { session }),
      },
      () => {
        established = true
        if (issued !== undefined) keep(issued)
        onSecure()
      },
    )
    secure.on('session', (ticket: Buffer) => {
      if (established) keep(ticket)
      else issued = ticket
    })
    secure.on('error', (error: Error & { code?: string }) => {
      if (established || NETWORK.test(error.code ?? '')) {
        // oxlint-disable-next-line no-underscore-dangle -- the name is mysql2's
        upgrade._handleNetworkError(error)
        return
      }
      sessions.delete(place)
      onSecure(explained(error, expected))
    })
    secure.on('data', (chunk: Buffer) => upgrade.packetParser.execute(chunk))
    upgrade.stream = secure
  }
}

function sharedOf(settings: TlsSettings): SharedTls {
  let known = shared.get(settings)
  if (known === undefined) {
    const { ca, cert, ciphers, key, passphrase, minVersion, maxVersion } = settings
    const context = createSecureContext({ ca, cert, ciphers, key, passphrase, minVersion, maxVersion })
    known = { context, sessions: new Map() }
    shared.set(settings, known)
  }
  return known
}

/** Adds the remedy to the message about a certificate for another name. */
function explained(error: Error & { code?: string }, expected: string): Error {
  if (error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    error.message += ` (the certificate has to be for ${expected}; where another name is right, set it as the host's servername)`
  }
  return error
}
