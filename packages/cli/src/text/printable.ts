/** Characters that would move the cursor, change colours, break the line, or reverse the direction of a text. */
const UNPRINTABLE = /[\p{Cc}\u{2028}\u{2029}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]+/gu

/** A text, which a server may have made, on one line and without control characters. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ')
}
