// mysql2 defines this one with a getter, which named imports from CommonJS do not see.
import mysql2 from 'mysql2'

import { agreedCharsets } from './agreed-charsets.js'

const { CharsetToEncoding } = mysql2
const numbers: ReadonlyMap<string, number> = new Map(Object.entries(mysql2.Charsets))

/** The encodings that mysql2 writes without iconv-lite, and cesu8, which is utf8mb3. */
const PLAIN: ReadonlySet<string> = new Set(['utf8', 'cesu8', 'latin1', 'ascii', 'binary'])

/** The highest charset number: a handshake has one byte for it. */
const HIGHEST = 255

/** Number of a collation of MySQL 5.0. No server knows this collation any more; a server would choose a charset of its own. */
const UTF8_GENERAL50_CI = 253

/**
 * Whether a connection can have this charset or collation: mysql2 knows the name, can write the charset, and can ask for it in
 * the handshake.
 */
export function isCharset(name: string): boolean {
  const number = numbers.get(name.toUpperCase())
  return number !== undefined && number <= HIGHEST && number !== UTF8_GENERAL50_CI && isWritten(number)
}

/** Whether mysql2 writes strings in UTF-8, by the number of the charset. A list, because every statement asks. */
export const isUtf8: readonly boolean[] = Array.from(
  CharsetToEncoding,
  (encoding) => encoding === 'utf8' || encoding === 'utf-8',
)

/**
 * The charset number for writing where the session's charset is unknown or cannot be written: ASCII is the same in all
 * charsets.
 */
export const ASCII_ONLY = 11

/**
 * The charset number with which mysql2 writes text for a session with this `character_set_client`. mysql2 itself follows
 * changes of the charset, but knows neither ujis nor macce, and takes the utf8 of older servers for utf8mb4.
 * @returns undefined where mysql2 cannot write the charset: the caller then writes with `ASCII_ONLY`
 */
export function charsetNumberOf(name: string): number | undefined {
  const number = numbers.get(name === 'utf8mb3' ? 'UTF8' : name.toUpperCase())
  return number !== undefined && isWritten(number) ? number : undefined
}

/** The name of the charset with this number, as servers call it. */
export function charsetNameOf(charsetNumber: number): string {
  const collation = [...numbers].find(([, number]) => number === charsetNumber)?.[0].toLowerCase()
  const name = collation?.split('_')[0] ?? `number ${charsetNumber}`
  return name === 'utf8' ? 'utf8mb3' : name
}

function isWritten(charsetNumber: number): boolean {
  const encoding = CharsetToEncoding[charsetNumber] ?? ''
  return PLAIN.has(encoding) || Object.hasOwn(agreedCharsets, encoding)
}

/** A character set and the collation that a handshake asks for with it. */
export interface Collation {
  readonly charset: string
  readonly collation: string
}

/** The collation, by its SQL name, that mysql2 asks for when its `charset` option is this charset or collation. */
export function collationOf(name: string): Collation {
  const number = numbers.get(name.toUpperCase())
  // A charset's name stands for one of its collations, which has the same number and a longer name.
  const collation = [...numbers].find(([known, other]) => other === number && known.includes('_'))?.[0] ?? name
  const [charset = collation] = collation.split('_')
  return { charset: charset.toLowerCase(), collation: collation.toLowerCase() }
}
