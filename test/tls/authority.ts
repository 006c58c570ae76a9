import { isIP } from 'node:net'

import { generate } from 'selfsigned'

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** An authority of a test's own, which signs what the test asks for and lasts as long as the test. */
export class Authority {
  readonly #own: Certificate

  private constructor(own: Certificate) {
    this.#own = own
  }

  static async make(name: string): Promise<Authority> {
    const made = await generate([{ name: 'commonName', value: name }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    })
    return new Authority({ cert: made.cert, key: made.private })
  }

  /** What clients are told to trust. */
  get ca(): string {
    return this.#own.cert
  }

  /** @param subjects - names, names with a wildcard, and addresses that the certificate is for */
  async certify(...subjects: readonly string[]): Promise<Certificate> {
    const altNames = subjects.map((subject) =>
      isIP(subject) === 0 ? ({ type: 2, value: subject } as const) : ({ type: 7, ip: subject } as const),
    )
    const made = await generate([{ name: 'commonName', value: 'a database server' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ca: this.#own,
      extensions: [{ name: 'subjectAltName', altNames }],
    })
    return { cert: made.cert, key: made.private }
  }
}
