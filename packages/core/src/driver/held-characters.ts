import iconv from 'iconv-lite'

/** Code units of UTF-16. */
const UNITS = 0x1_0000
const LINE = 0x0a

/** The characters that mysql2 writes into a charset so that the server reads the same: one bit for each code unit of UTF-16. */
export class HeldCharacters {
  readonly #bits = new Uint8Array(UNITS / 8)

  add(first: number, last = first): void {
    for (let unit = first; unit <= last; unit += 1)
      this.#bits[unit >> 3] = (this.#bits[unit >> 3] ?? 0) | (1 << (unit & 7))
  }

  remove(first: number, last = first): void {
    for (let unit = first; unit <= last; unit += 1)
      this.#bits[unit >> 3] = (this.#bits[unit >> 3] ?? 0) & ~(1 << (unit & 7))
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

/**
 * The characters that iconv-lite, which mysql2 writes with, turns into bytes that are allowed and back into themselves.
 * @param isAllowed - whether the server reads these bytes as one character
 */
export function charactersOf(encoding: string, isAllowed: (bytes: Uint8Array) => boolean): HeldCharacters {
  const held = new HeldCharacters()
  let text = ''
  for (let unit = 0; unit < UNITS; unit += 1) {
    // Each on a line of its own; no charset has the byte of a line's end inside a character.
    if ((unit < 0xd800 || unit > 0xdfff) && unit !== LINE) text += `${String.fromCharCode(unit)}\n`
  }
  held.add(LINE)
  const bytes = iconv.encode(text, encoding)
  const back = iconv.decode(bytes, encoding).split('\n')
  let start = 0
  let index = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(LINE, start)
    const unit = text.charCodeAt(2 * index)
    const character = back[index]
    if (character?.length === 1 && character.charCodeAt(0) === unit) {
      const written = bytes.subarray(start, end)
      if (unit < 0x80 ? written.length === 1 && written[0] === unit : isAllowed(written)) held.add(unit)
    }
    start = end + 1
    index += 1
  }
  return held
}
