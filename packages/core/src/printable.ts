/** Longest text of a server's that a reason, an event or a warning carries. */
const LONGEST = 1000

/** What would move a cursor, break a line, or turn a text around where it is shown. */
const UNPRINTABLE = /[\p{Cc}\u{2028}\u{2029}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]+/gu

/** A text that a server may have made, on one line and of a length that can be read. */
export function printable(text: string, longest = LONGEST): string {
  // Cut first: nothing is done for what is not shown.
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text
  return short.replace(UNPRINTABLE, ' ')
}
