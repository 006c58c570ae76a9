import { LONGEST_WORD, lookUpWord } from './words.js'

/**
 * The kinds of tokens. A symbol is its own character code, below 128. A word is `word` plus the entry of `words.ts`, 256 or
 * above.
 */
export const Token = {
  end: 0,
  /** `:=` */
  assign: 128,
  /** A name in back quotes. */
  quotedName: 129,
  /** Text in single quotes. */
  string: 130,
  /** Text in double quotes: a name with ANSI_QUOTES, a string without. */
  doubleQuoted: 131,
  /** Text of which this lexer does not know how the server reads it. Nothing after an odd token can be trusted. */
  odd: 132,
  word: 256,
} as const

/** The symbols that the classifier looks for. */
export const Mark = {
  open: 40,
  close: 41,
  comma: 44,
  dot: 46,
  colon: 58,
  semicolon: 59,
  equals: 61,
  question: 63,
  at: 64,
} as const

/** Whether a backslash escapes the character after it. */
export interface Escapes {
  readonly inSingleQuotes: boolean
  readonly inDoubleQuotes: boolean
}

/** The classes of characters that begin a token. A character of no class begins an odd token. */
const SPACE = 1
const WORD = 2
/** A number, or a word. */
const DIGIT = 5
/** A token of this one character. */
const SYMBOL = 3
/** A quote, a comment, or a longer symbol. */
const LONGER = 4

const CLASSES = new Uint8Array(128)
for (const char of ' \t\n\v\f\r') CLASSES[char.charCodeAt(0)] = SPACE
for (const char of '!%&()*+,.;<=>?@^{|}~') CLASSES[char.charCodeAt(0)] = SYMBOL
for (const char of '-/#:\'"`') CLASSES[char.charCodeAt(0)] = LONGER
for (let code = 0; code < 128; code += 1) if (/[A-Za-z_$]/.test(String.fromCharCode(code))) CLASSES[code] = WORD
for (const digit of '0123456789') CLASSES[digit.charCodeAt(0)] = DIGIT

const SEED = 0x811c9dc5
const PRIME = 0x01000193

/**
 * Cuts a statement into the tokens of MySQL and MariaDB, one at a time, in linear time and without keeping them. Comments and
 * white space are left out. Text that the two servers read differently, or whose reading depends on more than quotes, is `odd`.
 */
export class Lexer {
  readonly text: string
  readonly #escapes: Escapes
  /** Where the current token begins, and where it ends. */
  start = 0
  end = 0
  /** Whether a backslash was found in single quotes, or in double quotes. Only then the escapes matter. */
  backslashInSingleQuotes = false
  backslashInDoubleQuotes = false

  constructor(text: string, escapes: Escapes) {
    this.text = text
    this.#escapes = escapes
  }

  /** The next token. */
  next(): number {
    const { text } = this
    const { length } = text
    let at = this.end
    while (at < length) {
      const code = text.charCodeAt(at)
      if (code > 127) return isOddBeyondAscii(code) ? this.#found(Token.odd, at, at) : this.#word(at)
      switch (CLASSES[code]) {
        case SPACE:
          at += 1
          break
        case WORD:
          // MySQL 9 takes $…$ for quotes, other servers for a part of a name.
          return code === 36 /* $ */ ? this.#found(Token.odd, at, at) : this.#word(at)
        case DIGIT:
          return this.#number(at)
        case SYMBOL:
          this.start = at
          this.end = at + 1
          return code
        case LONGER: {
          const after = this.#longer(code, at)
          if (after < 0) return this.#comesTo
          at = after
          break
        }
        default:
          return this.#found(Token.odd, at, at)
      }
    }
    return this.#found(Token.end, length, length)
  }

  /** The entry of the words table for a part of the text. */
  known(start: number, end: number): number {
    let hash = SEED
    for (let at = start; at < end; at += 1) {
      const code = this.text.charCodeAt(at)
      if (!isWordCharacter(code)) return 0
      hash = Math.imul(hash ^ (code | 32), PRIME)
    }
    return lookUpWord(hash, this.text, start, end)
  }

  #comesTo: number = Token.end

  #found(token: number, start: number, end: number): number {
    this.start = start
    this.end = end
    return token
  }

  /**
   * Reads a quoted text, a symbol or a comment. Returns where the text goes on after a comment; -1 when `#comesTo` has the
   * token that was found.
   */
  #longer(code: number, at: number): number {
    const { text } = this
    let token: number
    switch (code) {
      case 39 /* ' */:
        token = this.#quoted(at, code, this.#escapes.inSingleQuotes, Token.string)
        break
      case 34 /* " */:
        token = this.#quoted(at, code, this.#escapes.inDoubleQuotes, Token.doubleQuoted)
        break
      case 96 /* ` */:
        token = this.#quoted(at, code, false, Token.quotedName)
        break
      case 35 /* # */:
        return this.#lineComment(at + 1)
      case 45 /* - */:
        if (text.charCodeAt(at + 1) === 45 && isBlank(text.charCodeAt(at + 2))) return this.#lineComment(at + 2)
        token = this.#found(code, at, at + 1)
        break
      case 47 /* / */:
        if (text.charCodeAt(at + 1) === 42) return this.#comment(at)
        token = this.#found(code, at, at + 1)
        break
      case 58 /* : */:
        token = text.charCodeAt(at + 1) === 61 ? this.#found(Token.assign, at, at + 2) : this.#found(code, at, at + 1)
        break
      default:
        token = this.#found(code, at, at + 1)
    }
    this.#comesTo = token
    return -1
  }

  #word(start: number): number {
    const { text } = this
    let hash = SEED
    let ascii = true
    let at = start
    for (const end = text.length; at < end; at += 1) {
      const code = text.charCodeAt(at)
      if (code < 128) {
        if (CLASSES[code] !== WORD && CLASSES[code] !== DIGIT) break
        // `| 32` makes letters lower case, and no two characters of words equal.
        hash = Math.imul(hash ^ (code | 32), PRIME)
      } else if (isOddBeyondAscii(code)) break
      else ascii = false
    }
    this.start = start
    this.end = at
    // No word in the table has one letter, or is longer than the longest.
    const length = at - start
    return ascii && length > 1 && length <= LONGEST_WORD ? Token.word | lookUpWord(hash, text, start, at) : Token.word
  }

  /**
   * Reads a number, as a token of a word. Servers let a word begin right behind a fraction or an exponent (`1.5into @a`), and
   * some names begin with digits: text that could be either is odd.
   */
  #number(start: number): number {
    const { text } = this
    let end = this.#digits(start)
    const inFraction = text.charCodeAt(start - 1) === 46
    const isFraction = text.charCodeAt(end) === 46
    if (isFraction) end = this.#digits(end + 1)
    const isExponent = (text.charCodeAt(end) | 32) === 101 /* e */
    if (isExponent) {
      const sign = text.charCodeAt(end + 1)
      const isSigned = sign === 43 || sign === 45
      const after = this.#digits(end + (isSigned ? 2 : 1))
      if (isDigit(text.charCodeAt(after - 1))) end = after
      else if (isSigned) return this.#found(Token.odd, start, start)
      else if (!isFraction && !inFraction) return this.#word(start)
    }
    if (!isWordCharacter(text.charCodeAt(end))) return this.#found(Token.word, start, end)
    return isFraction || inFraction || isExponent ? this.#found(Token.odd, start, start) : this.#word(start)
  }

  #digits(from: number): number {
    let at = from
    while (isDigit(this.text.charCodeAt(at))) at += 1
    return at
  }

  #quoted(start: number, quote: number, escaped: boolean, token: number): number {
    const { text } = this
    const { length } = text
    for (let at = start + 1; at < length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === quote) {
        if (text.charCodeAt(at + 1) !== quote) return this.#found(token, start, at + 1)
        at += 1
      } else if (code === 92 /* \ */) {
        if (quote === 39) this.backslashInSingleQuotes = true
        else if (quote === 34) this.backslashInDoubleQuotes = true
        if (escaped) at += 1
      } else if (code === 0 && quote !== 39) break
    }
    return this.#found(Token.odd, start, length)
  }

  #lineComment(from: number): number {
    const { text } = this
    const { length } = text
    for (let at = from; at < length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === 10) return at + 1
      // The server ends the comment at a NUL.
      if (code === 0) return this.#odd(at)
    }
    return length
  }

  /**
   * Reads a comment. A comment that servers run is odd. A hint with quotes is odd as well, because the end of a comment inside
   * those quotes does not end the hint.
   */
  #comment(start: number): number {
    const { text } = this
    const { length } = text
    const first = text.charCodeAt(start + 2)
    if (first === 33 /* ! */) return this.#odd(start)
    if ((first | 32) === 109 /* m */ && text.charCodeAt(start + 3) === 33) return this.#odd(start)
    const hint = first === 43 /* + */
    for (let at = start + 2; at < length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === 42 && text.charCodeAt(at + 1) === 47) return at + 2
      if (code === 0) break
      if (hint && (code === 34 || code === 39 || code === 96 || code === 92)) break
    }
    return this.#odd(start)
  }

  #odd(at: number): number {
    this.#comesTo = this.#found(Token.odd, at, this.text.length)
    return -1
  }
}

/** True for characters beyond ASCII as well. Past the end of the text, `code` is NaN. */
function isWordCharacter(code: number): boolean {
  return code > 127 || CLASSES[code] === WORD || CLASSES[code] === DIGIT
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Whether the character after two dashes makes them a comment. Past the end of the text, `code` is NaN. */
function isBlank(code: number): boolean {
  return !(code > 32) || code === 127
}

/**
 * Whether a character beyond ASCII is white space, or no character at all, in some character set. A server may see two words
 * where such a character stands.
 */
function isOddBeyondAscii(code: number): boolean {
  if (code <= 0xa0) return true
  if (code < 0x1680) return code === 0xad
  if (code < 0x2000) return code === 0x1680 || code === 0x180e
  if (code <= 0x206f) return code <= 0x200f || (code >= 0x2028 && code <= 0x202f) || code >= 0x205f
  return code === 0x3000 || code === 0xfeff || (code >= 0xfff0 && code <= 0xffff)
}
