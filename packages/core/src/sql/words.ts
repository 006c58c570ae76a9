import { AFTER_KEYWORDS, CALLS, CALLS_AT_ONCE } from './pure-functions.js'

/**
 * Traits of a word: it may stand before a parenthesis without being a call of an unknown function; `parenthesisAtOnce`: only
 * where nothing is between.
 */
export const Before = { parenthesis: 1 << 9, parenthesisAtOnce: 1 << 10 } as const

const FIRST_ID = 11

/** The words that the classifier looks for. Their number is above the bits of `Before`. */
const ASKED_FOR = [
  'against',
  'analyze',
  'as',
  'autocommit',
  'call',
  'connection_id',
  'currval',
  'delete',
  'diagnostics',
  'dumpfile',
  'error_count',
  'errors',
  'execute',
  'for',
  'found_rows',
  'global',
  'identity',
  'insert',
  'into',
  'join',
  'last_gtid',
  'last_insert_id',
  'lastval',
  'lateral',
  'load',
  'local',
  'lock',
  'next',
  'nextval',
  'outfile',
  'previous',
  'procedure',
  'ps_current_thread_id',
  'pseudo_thread_id',
  'recursive',
  'replace',
  'row',
  'row_count',
  'select',
  'session_variables',
  'share',
  'sql_calc_found_rows',
  'system_variables',
  'table',
  'update',
  'value',
  'values',
  'variables',
  'variables_by_thread',
  'warning_count',
  'warnings',
  'with',
  'wsrep_last_seen_gtid',
  'wsrep_last_written_gtid',
] as const

type AskedFor = (typeof ASKED_FOR)[number]

/** The number of each such word. */
export const Word = Object.fromEntries(ASKED_FOR.map((word, at) => [word, at + 1])) as Readonly<
  Record<AskedFor, number>
>

/** The number of a word that the classifier looks for; 0 for other words, and for a token that is no word. */
export function wordOf(token: number): number {
  return token >> FIRST_ID
}

const KNOWN = new Map<string, number>()
for (const word of AFTER_KEYWORDS) KNOWN.set(word, Before.parenthesis)
for (const word of CALLS) KNOWN.set(word, Before.parenthesis)
for (const word of CALLS_AT_ONCE) KNOWN.set(word, Before.parenthesisAtOnce)
for (const [at, word] of ASKED_FOR.entries()) KNOWN.set(word, (KNOWN.get(word) ?? 0) | ((at + 1) << FIRST_ID))

export const LONGEST_WORD = Math.max(...Array.from(KNOWN.keys(), ({ length }) => length))

/** A hash table of the lexer's own, so that a look-up makes no string of the word. */
const SLOTS = 4096
const TEXTS: (string | undefined)[] = Array.from({ length: SLOTS })
const TRAITS = new Int32Array(SLOTS)
for (const [word, traits] of KNOWN) {
  let slot = hashOf(word) & (SLOTS - 1)
  while (TEXTS[slot] !== undefined) slot = (slot + 1) & (SLOTS - 1)
  TEXTS[slot] = word
  TRAITS[slot] = traits
}

function hashOf(word: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ (word.charCodeAt(at) | 32), 0x01000193)
  return hash
}

/** The traits and the number of the word from `start` to `end`; 0 for an unknown word. */
export function lookUpWord(hash: number, text: string, start: number, end: number): number {
  for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
    const word = TEXTS[slot]
    if (word === undefined) return 0
    if (isWord(word, text, start, end)) return TRAITS[slot] ?? 0
  }
}

function isWord(word: string, text: string, start: number, end: number): boolean {
  const { length } = word
  if (length !== end - start) return false
  for (let at = 0; at < length; at += 1) {
    if ((text.charCodeAt(start + at) | 32) !== (word.charCodeAt(at) | 32)) return false
  }
  return true
}
