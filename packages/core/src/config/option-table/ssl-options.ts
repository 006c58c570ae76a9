import * as z from '../zod.js'

import type { OptionsOf, ValuesOf } from '../option.js'
import { flag, listOf, name, oneOf, text } from '../option-kinds.js'
import { inWords, type Kind, none, option } from '../option-row.js'

/** One PEM text, or several: the content of the file, not its path. */
export type PemOption = string | Buffer | readonly (string | Buffer)[]

const buffer = z.custom<Buffer>((value) => Buffer.isBuffer(value), { error: 'a Buffer' })
const pemAllowed = { error: 'PEM text, as a string, a Buffer or an array of them' }
const pem: Kind<PemOption> = z.union(
  [z.string(), buffer, listOf(z.union([z.string(), buffer], pemAllowed))],
  pemAllowed,
)
const tlsVersion = oneOf('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')

export const sslTable = {
  /** The authorities to trust. Default: those that Node trusts. */
  ca: option(pem, none),
  /** The client's certificate, where the server asks for one. */
  cert: option(pem, none),
  /** The client's private key. */
  key: option(pem, none),
  /** The passphrase of an encrypted private key. */
  passphrase: option(text(), none),
  /** OpenSSL's cipher list. Default: Node's. */
  ciphers: option(name(), none),
  /** The oldest version of TLS to use. Default: Node's. */
  minVersion: option(tlsVersion, none),
  /** The newest version of TLS to use. Default: Node's. */
  maxVersion: option(tlsVersion, none),
  /** Refuse a server whose certificate cannot be verified. Default true. */
  rejectUnauthorized: option(flag(), true),
  /**
   * Also check that the certificate was issued for the host: for its `servername`, or else for its name or address as written in
   * `host`. An address has to be among the certificate's IP addresses. A host that discovery found by its address is checked by
   * this address; `discovery.map` can give such a host a `servername`. Default: `ssl.rejectUnauthorized`.
   */
  verifyIdentity: option(flag(), inWords('ssl.rejectUnauthorized')),
}

/** The TLS options, with the names of Node's `tls.connect` and of mysql2's `ssl`. Buffers are kept, not copied. */
export interface SslOptions extends OptionsOf<typeof sslTable> {}

/** The checked options, with the fixed defaults filled in. */
export interface SslValues extends ValuesOf<typeof sslTable> {}
