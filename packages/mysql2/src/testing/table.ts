/** Rows under a head, as Markdown. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return `\n${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}
