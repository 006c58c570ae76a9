const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A duration in words: `40 s`, `12 min`, `5 h`, `3 days`. */
export function durationWords(milliseconds: number): string {
  if (milliseconds < SECOND) return 'less than 1 s'
  if (milliseconds < 2 * MINUTE) return `${Math.floor(milliseconds / SECOND)} s`
  if (milliseconds < 2 * HOUR) return `${Math.floor(milliseconds / MINUTE)} min`
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)} h`
  return `${Math.floor(milliseconds / DAY)} days`
}

/** `db1`, `db1 and db2`, `db1, db2 and db3`; of more than `most` words the first, and the number of those left out. */
export function listWords(words: readonly string[], most = 6): string {
  if (words.length > most) {
    const shown = words.slice(0, most - 1)
    return `${shown.join(', ')} and ${words.length - shown.length} more`
  }
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}

/** `1 caller`, `2 callers`. */
export function countWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The most characters of a text that a server or the application has made. */
const LONGEST = 300

/** A text of a server or of the application in one line: without control characters, and not too long. */
export function oneLine(text: string, longest = LONGEST): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

/** Codes of Node in words. */
const CODES: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/\bECONNREFUSED\b/, 'connection refused'],
  [/\bE(?:HOST|NET)UNREACH\b/, 'no route to it'],
  [/\bETIMEDOUT\b/, 'no answer to a connect'],
  [/\bENOTFOUND\b/, 'no such name'],
  [/\bEAI_AGAIN\b/, 'the name server does not answer'],
  [/\bECONNRESET\b/, 'connection reset'],
  [/\bPROTOCOL_CONNECTION_LOST\b/, 'connection lost'],
]

/** The reason for a host's state, in few words. */
export function reasonWords(reason: string): string {
  const known = CODES.find(([pattern]) => pattern.test(reason))
  return known === undefined ? oneLine(reason, 160) : known[1]
}

/** The names of hosts, without the port where all hosts have the same port and different names. */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const parts = names.map((name) => /^(.*):(\d+)$/.exec(name))
  const ports = new Set(parts.map((part) => part?.[2]))
  const short = parts.map((part) => part?.[1])
  const apart = ports.size === 1 && !ports.has(undefined) && new Set(short).size === names.length
  return new Map(names.map((name, index) => [name, apart ? (short[index] ?? name) : name]))
}
