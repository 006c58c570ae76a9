import iconv from 'iconv-lite'

/** Code units of UTF-16. */
const UNITS = 0x1_0000
const LINE_END = 0x0a

/** First and last lead byte, first and last byte behind it: these pairs are characters. */
export type BytePairs = readonly [leadFrom: number, leadTo: number, from: number, to: number]

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
      if (!this.has(text.charCodeAt(index))) return text.codePointAt(index)
    }
    return undefined
  }
}

/** Writes every character of the basic plane once, and keeps those that come back and whose bytes are agreed on. */
export function heldByAgreement(encoding: string, agreement: Agreement): HeldCharacters {
  const held = new HeldCharacters()
  held.add(0, 0x7f)
  const units: number[] = []
  for (let unit = 0x80; unit < UNITS; unit += 1) if (unit < 0xd800 || unit > 0xdfff) units.push(unit)
  // Each on a line of its own: no charset has the byte of a line's end inside a character.
  const bytes = iconv.encode(units.map((unit) => String.fromCharCode(unit)).join('\n'), encoding)
  const back = iconv.decode(bytes, encoding).split('\n')
  const { except = [] } = agreement
  let start = 0
  units.forEach((unit, index) => {
    const next = bytes.indexOf(LINE_END, start)
    const end = next === -1 ? bytes.length : next
    const isSame = back[index] === String.fromCharCode(unit)
    if (isSame && !except.includes(unit) && isAgreed(bytes.subarray(start, end), agreement)) held.add(unit)
    start = end + 1
  })
  return held
}

function isAgreed([first = 0, second = 0, third = 0, ...more]: Uint8Array, agreement: Agreement): boolean {
  if (more.length > 0) return within(agreement.fours, first) && second >= 0x30 && second <= 0x39
  if (third !== 0) return first === 0x8f && isAmong(agreement.triples, second, third)
  return second === 0 ? within(agreement.single, first) : isAmong(agreement.pairs, first, second)
}

function isAmong(pairs: readonly BytePairs[] = [], lead: number, trail: number): boolean {
  return pairs.some(
    ([leadFrom, leadTo, from, to]) => lead >= leadFrom && lead <= leadTo && trail >= from && trail <= to,
  )
}

function within(range: readonly [from: number, to: number] | undefined, byte: number): boolean {
  return range !== undefined && byte >= range[0] && byte <= range[1]
}
