import iconv from 'iconv-lite'

/** Code units of UTF-16. */
const UNITS = 0x1_0000
const LINE_END = 0x0a

/** First and last lead byte, first and last byte behind it: these pairs are characters. */
type BytePairs = readonly [leadFrom: number, leadTo: number, from: number, to: number]

/** What of a charset is read by servers as iconv-lite, which mysql2 writes with, means it. ASCII always is. */
export interface Agreement {
  /** First and last byte of characters of one byte. */
  readonly single?: readonly [from: number, to: number]
  readonly pairs?: readonly BytePairs[]
  /** The same for three bytes, of which the first is 0x8f. */
  readonly triples?: readonly BytePairs[]
  /** Four bytes, told by the first: a digit is the second. */
  readonly fours?: readonly [from: number, to: number]
  /** Characters that servers read as others. */
  readonly except?: readonly number[]
}

/** The characters that arrive as themselves, a bit for each code unit. */
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

  /** The code point of the first character that is not held; undefined when all are. */
  firstMissing(text: string): number | undefined {
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index)
      // ASCII is in all of them.
      if (unit > 0x7f && !this.has(unit)) return text.codePointAt(index)
    }
    return undefined
  }
}

/** Writes every character of the basic plane once, and keeps those that come back and whose bytes are agreed on. */
export function heldByAgreement(encoding: string, agreement: Agreement): HeldCharacters {
  const held = new HeldCharacters()
  held.add(0, 0x7f)
  let text = ''
  // Each on a line of its own: no charset has the byte of a line's end inside a character.
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
