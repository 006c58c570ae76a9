/** Characters of a server's text that a reason, an event or a warning carries at most. */
const LONGEST = 1000

/** Characters that would move a terminal's cursor, break a line, or reverse the direction of a text. */
const UNPRINTABLE = /[\p{Cc}\u{2028}\u{2029}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]+/gu

/** Puts a text that may come from a server on one line, without control characters, and cuts it after `longest` characters. */
export function printable(text: string, longest = LONGEST): string {
  // Cutting first spares the search through text that is not shown.
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text
  return short.replace(UNPRINTABLE, ' ')
}
