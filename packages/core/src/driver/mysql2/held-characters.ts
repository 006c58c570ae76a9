import iconv from 'iconv-lite'

/** Number of code units of UTF-16. */
const UNITS = 0x1_0000
const LINE_END = 0x0a

/** A range of two-byte characters: the first and last lead byte, and the first and last second byte. */
type BytePairs = readonly [leadFrom: number, leadTo: number, from: number, to: number]

/**
 * The characters of a charset that servers read as iconv-lite, which mysql2 writes with, means them. ASCII always is among
 * them.
 */
export interface Agreement {
  /** First and last one-byte character. */
  readonly single?: readonly [from: number, to: number]
  readonly pairs?: readonly BytePairs[]
  /** Ranges of three-byte characters: the first byte is 0x8f, and each range holds the other two. */
  readonly triples?: readonly BytePairs[]
  /** Four-byte characters: the first and last lead byte; the second byte is a digit. */
  readonly fours?: readonly [from: number, to: number]
  /** Characters that servers read as other characters. */
  readonly except?: readonly number[]
}

/** The characters that arrive as themselves: one bit for each code unit. */
export class HeldCharacters {
  readonly #bits = new Uint8Array(UNITS / 8)

  add(first: number, last = first): void {
    for (let unit = first; unit <= last; unit += 1) {
      this.#bits[unit >> 3] = (this.#bits[unit >> 3] ?? 0) | (1 << (unit & 7))
    }
  }

  has(unit: number): boolean {
    return ((this.#bits[unit >> 3] ?? 0) & (1 << (unit & 7))) !== 0
  }

  /** The code point of the first character that is not held; undefined where all are held. */
  firstMissing(text: string): number | undefined {
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index)
      // Every charset holds ASCII.
      if (unit > 0x7f && !this.has(unit)) return text.codePointAt(index)
    }
    return undefined
  }
}

/**
 * Finds the held characters of a charset: encodes every character of the basic plane, and keeps those that decode to themselves
 * and whose bytes are agreed on.
 */
export function heldByAgreement(encoding: string, agreement: Agreement): HeldCharacters {
  const held = new HeldCharacters()
  held.add(0, 0x7f)
  let text = ''
  // One character per line: no charset uses the byte of a line end inside a character.
  for (let unit = 0x80; unit < UNITS; unit += 1) if (!isSurrogate(unit)) text += `${String.fromCharCode(unit)}\n`
  const bytes = iconv.encode(text, encoding)
  const back = iconv.decode(bytes, encoding)
  const except = new Set(agreement.except)
  let index = 0
  let start = 0
  for (let unit = 0x80; unit < UNITS; unit += 1) {
    if (isSurrogate(unit)) continue
    let end = start
    while (end < bytes.length && bytes[end] !== LINE_END) end += 1
    let next = index
    while (next < back.length && back.charCodeAt(next) !== LINE_END) next += 1
    const isSame = next === index + 1 && back.charCodeAt(index) === unit
    if (isSame && !except.has(unit) && isAgreed(bytes, start, end - start, agreement)) held.add(unit)
    index = next + 1
    start = end + 1
  }
  return held
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}

function isAgreed(bytes: Uint8Array, at: number, length: number, agreement: Agreement): boolean {
  const first = bytes[at] ?? 0
  const second = bytes[at + 1] ?? 0
  switch (length) {
    case 1:
      return within(agreement.single, first)
    case 2:
      return isAmong(agreement.pairs, first, second)
    case 3:
      return first === 0x8f && isAmong(agreement.triples, second, bytes[at + 2] ?? 0)
    case 4:
      return within(agreement.fours, first) && second >= 0x30 && second <= 0x39
    default:
      return false
  }
}

function isAmong(pairs: readonly BytePairs[] | undefined, lead: number, trail: number): boolean {
  if (pairs === undefined) return false
  for (const [leadFrom, leadTo, from, to] of pairs) {
    if (lead >= leadFrom && lead <= leadTo && trail >= from && trail <= to) return true
  }
  return false
}

function within(range: readonly [from: number, to: number] | undefined, byte: number): boolean {
  return range !== undefined && byte >= range[0] && byte <= range[1]
}
