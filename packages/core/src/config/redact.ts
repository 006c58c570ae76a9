import type { OptionPath } from './problem.js'

/** The only list of the options whose values never appear in a message. */
const secretNames: ReadonlySet<string> = new Set([
  'password',
  'passphrase',
  'key',
  'cert',
  'ca',
  'connectAttributes',
  'authPlugins',
])

const longestShown = 60

const pemText = 'a PEM text (not shown)'

/** Whether the value of an option is a secret or may contain one, by the last part of the option's name: `password`, `key`. */
export function isSecretOption(name: string): boolean {
  return secretNames.has(name)
}

/** A value for a message: enough to recognise the value, and nothing of a secret. */
export function redact(value: unknown, path: OptionPath): string {
  if (path.some((step) => typeof step === 'string' && isSecretOption(step))) return `${kindOf(value)} (not shown)`
  if (typeof value === 'string') return shownText(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return kindOf(value)
}

/** A text for a message: in quotes, on one line, shortened, and without parts that may be credentials or a key. */
export function shownText(value: string): string {
  const masked = maskCredentials(value)
  if (masked === pemText) return masked
  return JSON.stringify(masked.length > longestShown ? `${masked.slice(0, longestShown)}…` : masked)
}

/** A text without parts that may be credentials or a key: a secret may be given to any option by mistake. */
export function maskCredentials(value: string): string {
  if (value.includes('-----BEGIN')) return pemText
  // The part before an @ may be a user and a password, as in a URL.
  const at = value.lastIndexOf('@')
  return at > 0 ? `***${value.slice(at)}` : value
}

/** The kind of a value in words, without its content. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  if (Buffer.isBuffer(value)) return 'a Buffer'
  if (typeof value === 'object') return 'an object'
  return `a ${typeof value}`
}
