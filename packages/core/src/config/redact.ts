import type { OptionPath } from './problem.js'

/** Options whose values never appear in a message, whatever they were set to; the only list of them. */
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

/** Whether an option's value is a secret, or may hold one, by the option's own name: `password`, or `key` of `ssl`. */
export function isSecretOption(name: string): boolean {
  return secretNames.has(name)
}

/** How a value is shown in a message: enough to recognise it, and nothing of a secret. */
export function redact(value: unknown, path: OptionPath): string {
  if (path.some((step) => typeof step === 'string' && isSecretOption(step))) return `${kindOf(value)} (not shown)`
  if (typeof value === 'string') return shownText(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return kindOf(value)
}

/** A text in quotes, on one line, shortened; what may be credentials or a key in it is left out. */
export function shownText(value: string): string {
  const masked = maskCredentials(value)
  if (masked === pemText) return masked
  return JSON.stringify(masked.length > longestShown ? `${masked.slice(0, longestShown)}…` : masked)
}

/** A text without what may be credentials or a key in it, whichever option was given it by mistake. */
export function maskCredentials(value: string): string {
  if (value.includes('-----BEGIN')) return pemText
  // What stands before an @ may be a user and a password, as in a URL.
  const at = value.lastIndexOf('@')
  return at > 0 ? `***${value.slice(at)}` : value
}

/** What kind of value it is, in words that tell nothing of what it holds. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  if (Buffer.isBuffer(value)) return 'a Buffer'
  if (typeof value === 'object') return 'an object'
  return `a ${typeof value}`
}
