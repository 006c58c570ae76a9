import { isSecretOption, maskCredentials } from '@mysql-hostpool/core'

/**
 * The least characters of a secret that is masked. A shorter text is part of ordinary words, and masking these would give it
 * away.
 */
const SHORTEST = 4

/** The secrets of a configuration. They are masked in every text of a server or a driver before it is shown. */
export class Secrets {
  readonly #texts: readonly string[]

  private constructor(texts: ReadonlySet<string>) {
    // The longer ones first: one secret may be the beginning of another.
    this.#texts = [...texts].filter((text) => text.length >= SHORTEST).toSorted((a, b) => b.length - a.length)
  }

  /** @param given - options, or a URL, right or wrong */
  static of(given: unknown): Secrets {
    const texts = new Set<string>()
    if (typeof given === 'string') addUrl(given, texts)
    else addOptions(given, texts)
    return new Secrets(texts)
  }

  /** The same text with `***` in place of each secret. */
  mask(text: string): string {
    return this.#texts.reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
  }
}

/** An argument as messages may show it: without credentials, and not too long. */
export function shownArgument(text: string): string {
  const masked = maskCredentials(text)
  return masked.length > 80 ? `${masked.slice(0, 80)}…` : masked
}

function addUrl(url: string, texts: Set<string>): void {
  const [, password] = /^[^:]*:\/\/[^:@]*:(.*)@/s.exec(url) ?? []
  const query = url.slice(url.indexOf('?') + 1).split('&')
  const values = query.flatMap((pair) => {
    const [name = '', ...value] = pair.split('=')
    return name.split('.').some(isSecretOption) ? [value.join('=')] : []
  })
  for (const text of [password ?? '', ...values]) {
    texts.add(text)
    texts.add(decoded(text))
  }
}

function addOptions(given: unknown, texts: Set<string>): void {
  if (typeof given !== 'object' || given === null) return
  for (const [name, value] of Object.entries(given)) {
    if (!isSecretOption(name)) addOptions(value, texts)
    else if (typeof value === 'string') texts.add(value).add(encodeURIComponent(value))
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
