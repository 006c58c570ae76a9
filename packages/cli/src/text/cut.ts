const ESCAPE = '\u001b'
const COLOUR_OR_CHARACTER = new RegExp(`${ESCAPE}\\[[\\d;]*m|.`, 'gsu')

/** A line of at most so many characters; colours are no part of its length, and are kept so that none stays on. */
export function cut(line: string, width: number): string {
  let length = 0
  return (line.match(COLOUR_OR_CHARACTER) ?? [])
    .filter((piece) => {
      if (piece.startsWith(ESCAPE)) return true
      length += 1
      return length <= width
    })
    .join('')
}
