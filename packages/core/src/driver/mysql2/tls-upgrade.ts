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

/** TLS settings as mysql2 has them once its profiles have been looked up. */
interface TlsSettings extends SecureContextOptions {
  readonly rejectUnauthorized?: boolean
}

/** What mysql2's connection has for the change to TLS. */
interface RawUpgrade extends Omit<RawConnection, 'stream' | 'packetParser' | 'config'> {
  readonly config: { readonly ssl: TlsSettings }
  stream: RawConnection['stream']
  readonly packetParser: { execute(chunk: Buffer): void }
  startTLS(onSecure: (error?: Error) => void): void
  _handleNetworkError(error: Error): void
}

/** What connections of the same settings share: the certificates, parsed once, and the sessions of servers that were accepted. */
interface SharedTls {
  readonly context: SecureContext
  /** By the server's name and address. */
  readonly sessions: Map<string, Buffer>
}

const shared = new WeakMap<TlsSettings, SharedTls>()

/** More servers than one pool has; the oldest session goes first. */
const MOST_SESSIONS = 1000

/** Errors of the network, which say nothing about certificates. */
const NETWORK = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOST|ENET)/

/**
 * Has a connection check the server's certificate against what the configuration says: the host's `servername`, or its name or
 * address as it is written. mysql2 names no server for an address, and Node then checks the name "localhost"; with its profiles
 * mysql2 checks no name at all. Called before anything has been received.
 * @throws when mysql2 has no such step any more, for then nothing would be checked
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
        // Not called when a session is taken up again: only those of servers that were accepted are kept.
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

/** A certificate for another name: the remedy belongs to the message. */
function explained(error: Error & { code?: string }, expected: string): Error {
  if (error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    error.message += ` (the certificate has to be for ${expected}; where another name is right, set it as the host's servername)`
  }
  return error
}
