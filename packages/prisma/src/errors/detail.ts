/**
 * What the server's messages name. They are the only place where it says which index or column was at fault; a server
 * that speaks another language than English gives none, and the error is then the poorer but of the same kind.
 */

/** `Duplicate entry '…' for key 'table.index'`; MariaDB leaves out the table. The entry itself may hold anything. */
export function duplicateKey(message: string): { readonly index?: string; readonly table?: string } {
  const key = /for key '([^']+)'$/.exec(message)?.[1]
  if (key === undefined) return {}
  const dot = key.lastIndexOf('.')
  return dot === -1 ? { index: key } : { index: key.slice(dot + 1), table: key.slice(0, dot) }
}

const NAME = String.raw`(?:\x60(?:[^\x60]|\x60\x60)+\x60|[\w$]+)`
const WRITE = new RegExp(
  String.raw`(?:^|\bFOR )\s*(?:(?:INSERT(?: IGNORE)?|REPLACE) INTO|UPDATE) (?:${NAME}\.)?(${NAME})`,
  'i',
)

/** The table that a statement writes to; where sessions are not in UTC its own beginning stands after `FOR`. */
export function writtenTable(sql: string): string | undefined {
  const table = WRITE.exec(sql)?.[1]
  return table?.startsWith('`') ? table.slice(1, -1).replaceAll('``', '`') : table
}

/** The referring columns in `… FOREIGN KEY (`a`, `b`) REFERENCES …`. */
export function foreignKeyColumns(message: string): string[] | undefined {
  const list = /FOREIGN KEY \(((?:`(?:[^`]|``)+`(?:, )?)+)\)/.exec(message)?.[1]
  return list?.match(/`(?:[^`]|``)+`/g)?.map((name) => name.slice(1, -1).replaceAll('``', '`'))
}

/** The user in `'user'@'host'`, which is written so in every language. */
export function accountName(message: string): string | undefined {
  return /'([^']*)'@/.exec(message)?.[1]
}

/** The first quoted name. */
export function firstName(message: string): string | undefined {
  return /'([^']*)'/.exec(message)?.[1]
}

/** The last quoted name. */
export function lastName(message: string): string | undefined {
  return /'([^']*)'[^']*$/.exec(message)?.[1]
}

/** The name after the word, as in `for column 'x' at row 1`. */
export function nameAfter(word: string, message: string): string | undefined {
  const start = message.indexOf(`${word} '`)
  return start === -1 ? undefined : firstName(message.slice(start))
}

/** `db` and `table` in `Table 'db.table' doesn't exist`. */
export function tableName(message: string): string | undefined {
  return firstName(message)?.split('.').at(-1)
}
