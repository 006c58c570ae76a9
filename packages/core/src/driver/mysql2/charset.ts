// mysql2 defines this one with a getter, which named imports from CommonJS do not see.
import mysql2 from 'mysql2'

import { agreedCharsets } from './agreed-charsets.js'

const { CharsetToEncoding } = mysql2
const numbers: ReadonlyMap<string, number> = new Map(Object.entries(mysql2.Charsets))

/** What mysql2 writes without iconv-lite, and cesu8, which is utf8mb3. */
const PLAIN: ReadonlySet<string> = new Set(['utf8', 'cesu8', 'latin1', 'ascii', 'binary'])

/** The number of a charset in a handshake has one byte. */
const HIGHEST = 255

/** A collation of MySQL 5.0, which no server knows any more; it would choose a charset of its own. */
const UTF8_GENERAL50_CI = 253

/** Whether a connection can have this charset or collation: mysql2 knows the name, can write it, and can ask for it. */
export function isCharset(name: string): boolean {
  const number = numbers.get(name.toUpperCase())
  return number !== undefined && number <= HIGHEST && number !== UTF8_GENERAL50_CI && isWritten(number)
}

/** Whether mysql2 writes strings in UTF-8 under this charset's number. */
export function isUtf8(charsetNumber: number): boolean {
  const encoding = CharsetToEncoding[charsetNumber]
  return encoding === 'utf8' || encoding === 'utf-8'
}

/** The number to write under when a session's charset cannot be written or is not known: ASCII is the same in all of them. */
export const ASCII_ONLY = 11

/**
 * The number under which mysql2 writes as a session reads whose character_set_client has this name. mysql2 follows such changes
 * itself, but knows neither ujis nor macce, and on older servers takes utf8 for utf8mb4.
 * @returns undefined when mysql2 cannot write it: then it is to write `ASCII_ONLY`
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

/** The collation that mysql2 asks for when it is given this charset or collation, as SQL calls it. */
export function collationOf(name: string): Collation {
  const number = numbers.get(name.toUpperCase())
  // A charset stands for one of its collations, which has the same number and a longer name.
  const collation = [...numbers].find(([known, other]) => other === number && known.includes('_'))?.[0] ?? name
  const [charset = collation] = collation.split('_')
  return { charset: charset.toLowerCase(), collation: collation.toLowerCase() }
}
