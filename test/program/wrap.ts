/** Breaks a text at blanks, so that no line but one of a single long word is longer than `width`; later lines are indented. */
export function wrap(text: string, width: number): readonly string[] {
  const rows: string[] = []
  for (const word of text.split(' ')) {
    const row = rows.at(-1)
    if (row !== undefined && row.length + word.length < width) rows[rows.length - 1] = `${row} ${word}`
    else rows.push(row === undefined ? word : `  ${word}`)
  }
  return rows
}
