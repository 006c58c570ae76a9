const ESCAPE = '\u001b'
const COLOUR_OR_CHARACTER = new RegExp(`${ESCAPE}\\[[\\d;]*m|.`, 'gsu')

/** Cuts a line to at most so many characters. Codes of colours count as none, and all are kept, so that no colour stays on. */
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
