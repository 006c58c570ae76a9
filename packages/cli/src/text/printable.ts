/** What would move a cursor, paint, break a line, or turn a text around where it is shown. */
const UNPRINTABLE = /[\p{Cc}\u{2028}\u{2029}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]+/gu

/** A text that a server may have made, on one line. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ')
}
