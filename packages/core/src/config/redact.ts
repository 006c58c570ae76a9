import type { OptionPath } from './problem.js'

/** Options whose values never appear anywhere, whatever they were set to. */
const secretNames: ReadonlySet<string> = new Set(['password', 'passphrase', 'key', 'cert', 'ca', 'connectAttributes'])

const longestShown = 60

/** How a value is shown in a message: enough to recognise it, and nothing of a secret. */
export function redact(value: unknown, path: OptionPath): string {
  if (path.some((step) => typeof step === 'string' && secretNames.has(step))) return `${kindOf(value)} (not shown)`
  if (typeof value === 'string') return shownText(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return kindOf(value)
}

/** A text in quotes, on one line, shortened; what may be credentials or a key in it is left out. */
export function shownText(value: string): string {
  if (value.includes('-----BEGIN')) return 'a PEM text (not shown)'
  // What stands before an @ may be a user and a password, whichever option a URL was given to by mistake.
  const at = value.lastIndexOf('@')
  const masked = at > 0 ? `***${value.slice(at)}` : value
  return JSON.stringify(masked.length > longestShown ? `${masked.slice(0, longestShown)}…` : masked)
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
