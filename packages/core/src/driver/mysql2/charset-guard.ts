// mysql2 defines this one with a getter, which named imports from CommonJS do not see.
import mysql2 from 'mysql2'

import { HostpoolError } from '../../errors/hostpool-error.js'
import { agreedCharsets } from './agreed-charsets.js'
import { charsetNameOf, isUtf8 } from './charset.js'
import { HeldCharacters, heldByAgreement } from './held-characters.js'
import { TypedParameter } from './typed-parameter.js'

/** Read once, because each access of this property requires a module of mysql2. */
const { CharsetToEncoding } = mysql2

/** By mysql2's name of the encoding; made when a session first uses it. */
const known = new Map<string, HeldCharacters>()

/** mysql2's class of parameters with a type; it is not exported itself. */
const TypedClass: unknown = TypedParameter.DOUBLE(0).constructor

/**
 * Looks for a character that would not arrive as itself. After the values were escaped, mysql2 cuts such a character down to
 * another one, which may be a quote or a backslash: ħ in latin1, ¥ in sjis.
 * @param text - SQL with its values in it, or one string of a prepared statement
 * @param charsetNumber - the charset that mysql2 writes in; undefined where the session's charset is unknown, and only ASCII is
 * safe
 */
export function refusalOf(text: string, charsetNumber: number | undefined): HostpoolError | undefined {
  if (charsetNumber !== undefined && isUtf8[charsetNumber] === true) return undefined
  const missing = heldBy(charsetNumber).firstMissing(text)
  return missing === undefined ? undefined : refusal(missing, charsetNumber)
}

/** The same for the values of a prepared statement that mysql2 sends as text. */
export function refusalOfValues(
  values: readonly unknown[],
  charsetNumber: number | undefined,
): HostpoolError | undefined {
  if (charsetNumber !== undefined && isUtf8[charsetNumber] === true) return undefined
  for (const value of values) {
    const text = textOf(value)
    const found = text === undefined ? undefined : refusalOf(text, charsetNumber)
    if (found !== undefined) return found
  }
  return undefined
}

/** The text that mysql2 writes for a parameter; undefined for a parameter that is no text. */
function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value
    case 'function':
    case 'symbol':
      return String(value)
    case 'object':
      return value === null || value instanceof Uint8Array || value instanceof Date ? undefined : textOfObject(value)
    default:
      return undefined
  }
}

function textOfObject(value: object): string | undefined {
  if (value.constructor === TypedClass) return textOf((value as { value: unknown }).value)
  const isJson = Array.isArray(value) || value.constructor === Object || 'toJSON' in value
  // oxlint-disable-next-line typescript/no-base-to-string -- mysql2 writes whatever the object tells of itself
  return isJson ? JSON.stringify(value) : String(value)
}

/** The characters that arrive as themselves in a session of this charset. */
export function heldBy(charsetNumber: number | undefined): HeldCharacters {
  const encoding = charsetNumber === undefined ? '' : (CharsetToEncoding[charsetNumber] ?? '')
  const before = known.get(encoding)
  if (before !== undefined) return before
  const agreement = agreedCharsets[encoding]
  const held = agreement === undefined ? heldWithoutIconv(encoding) : heldByAgreement(encoding, agreement)
  known.set(encoding, held)
  return held
}

/**
 * The held characters of a charset that mysql2 writes without iconv-lite, or cannot write. ASCII is the same in every charset
 * that a client can have, and mysql2 writes ASCII for the charsets that it cannot write.
 */
function heldWithoutIconv(encoding: string): HeldCharacters {
  const held = new HeldCharacters()
  held.add(0, 0x7f)
  // The server's latin1 is Windows-1252, and mysql2 writes the bytes from 0x80 to 0x9f for control characters.
  if (encoding === 'latin1') held.add(0xa0, 0xff)
  // utf8mb3: mysql2 writes a character beyond U+FFFF as two halves, which the server refuses or keeps apart.
  if (encoding === 'cesu8') {
    held.add(0x80, 0xd7ff)
    held.add(0xe000, 0xffff)
  }
  return held
}

function refusal(character: number, charsetNumber: number | undefined): HostpoolError {
  const point = `U+${character.toString(16).toUpperCase().padStart(4, '0')}`
  const charset =
    charsetNumber === undefined
      ? 'The charset of this session is unknown, or one that this pool cannot write'
      : `This session's charset, ${charsetNameOf(charsetNumber)}, does not carry every character reliably`
  return new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    `${charset}: ${point}, in the statement or in one of its values, would not arrive unchanged, so nothing was sent. ` +
      'Use the charset utf8mb4, from which the server converts, or give the value as a Buffer',
  )
}
