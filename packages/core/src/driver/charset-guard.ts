// mysql2 defines this one with a getter, which named imports from CommonJS do not see.
import mysql2 from 'mysql2'

import { HostpoolError } from '../errors/hostpool-error.js'
import { HeldCharacters, charactersOf } from './held-characters.js'

const { CharsetToEncoding, Charsets } = mysql2

/** Charsets of one byte for each character, by mysql2's name, with what the server reads as something else than iconv-lite. */
const SINGLE_BYTE: Readonly<Record<string, readonly number[]>> = {
  latin2: [],
  cp850: [],
  cp852: [],
  cp866: [0xa4, 0x2116],
  koi8r: [],
  koi8u: [0x2219],
  hebrew: [0xaf, 0xfffd],
  tis620: [],
  greek: [0x37a, 0x2018, 0x2019, 0x20ac, 0x20af, 0xfffd],
  cp1250: [0xfffd],
  cp1251: [0xfffd],
  cp1256: [0x679, 0x688, 0x691, 0x6a9, 0x6ba, 0x6be, 0x6c1, 0x6d2],
  cp1257: [0xfffd],
  latin5: [],
  latin7: [],
  macroman: [0xa4, 0x2126, 0xfffd],
}

const known = new Map<string, HeldCharacters>()

/** By number: 1 where text goes out in UTF-8, which holds everything. */
const utf8 = Uint8Array.from(CharsetToEncoding, (encoding) => (encoding === 'utf8' ? 1 : 0))

/**
 * Looks for a character that a charset has not, or that does not arrive as itself: mysql2 would cut it down to another one,
 * possibly a quote or a backslash, after the values were escaped.
 * @param text - SQL with its values in it, or a single string for a prepared statement
 * @param charsetNumber - that mysql2 writes it in
 */
export function refusalOf(text: string, charsetNumber: number): HostpoolError | undefined {
  if (utf8[charsetNumber] === 1) return undefined
  const encoding = CharsetToEncoding[charsetNumber] ?? ''
  let held = known.get(encoding)
  if (held === undefined) {
    held = heldBy(encoding)
    known.set(encoding, held)
  }
  const missing = held.firstMissing(text)
  return missing === undefined ? undefined : refusal(missing, charsetNumber)
}

function heldBy(encoding: string): HeldCharacters {
  const wrong = SINGLE_BYTE[encoding]
  if (wrong !== undefined) {
    const held = charactersOf(encoding, ({ length }) => length === 1)
    for (const unit of wrong) held.remove(unit)
    return held
  }
  const held = new HeldCharacters()
  held.add(0, 0x7f)
  // The server's latin1 is Windows-1252, and mysql2 writes the bytes from 0x80 to 0x9f as control characters.
  if (encoding === 'latin1') held.add(0xa0, 0xff)
  // iconv-lite writes what is beyond U+FFFF as two characters, which the server does not put together again.
  if (encoding === 'cesu8') {
    held.add(0x80, 0xd7ff)
    held.add(0xe000, 0xffff)
  }
  return held
}

function refusal(character: number, charsetNumber: number): HostpoolError {
  const point = `U+${character.toString(16).toUpperCase().padStart(4, '0')}`
  return new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    `The charset ${nameOf(charsetNumber)} of this session has no character ${point}, which the statement or one of its values contains: ` +
      `use the charset utf8mb4, which the server converts from, or give the value as a Buffer`,
  )
}

function nameOf(charsetNumber: number): string {
  const name = Object.entries(Charsets as unknown as Record<string, number>).find(
    ([, number]) => number === charsetNumber,
  )?.[0]
  if (name === undefined) return `number ${charsetNumber}`
  const [charset = name] = name.toLowerCase().split('_')
  return charset === 'utf8' ? 'utf8mb3' : charset
}
