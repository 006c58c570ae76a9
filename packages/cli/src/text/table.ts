import Table from 'cli-table3'

const NOTHING = ''

/** Columns of the same widths, without lines between them. Colours in the cells are no part of their width. */
export function table(rows: readonly (readonly string[])[]): string {
  const made = new Table({ chars: NO_LINES, style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [] } })
  made.push(...rows.map((row) => [...row]))
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

const NO_LINES = {
  top: NOTHING,
  'top-mid': NOTHING,
  'top-left': NOTHING,
  'top-right': NOTHING,
  bottom: NOTHING,
  'bottom-mid': NOTHING,
  'bottom-left': NOTHING,
  'bottom-right': NOTHING,
  left: NOTHING,
  'left-mid': NOTHING,
  mid: NOTHING,
  'mid-mid': NOTHING,
  right: NOTHING,
  'right-mid': NOTHING,
  middle: NOTHING,
} as const
