/**
 * Reads names out of the server's messages, the only place where the server names the index or column at fault. From a server
 * with messages in another language than English no name is read; the error then has less detail, and the same kind.
 */

/** Reads `Duplicate entry '…' for key 'table.index'`; MariaDB leaves out the table. The entry itself may contain any text. */
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

/** The table that a statement writes to. Where sessions are not in UTC, the statement begins after `FOR`. */
export function writtenTable(sql: string): string | undefined {
  const table = WRITE.exec(sql)?.[1]
  return table?.startsWith('`') ? table.slice(1, -1).replaceAll('``', '`') : table
}

/** The referring columns in `… FOREIGN KEY (`a`, `b`) REFERENCES …`. */
export function foreignKeyColumns(message: string): string[] | undefined {
  const list = /FOREIGN KEY \(((?:`(?:[^`]|``)+`(?:, )?)+)\)/.exec(message)?.[1]
  return list?.match(/`(?:[^`]|``)+`/g)?.map((name) => name.slice(1, -1).replaceAll('``', '`'))
}

/** The user in `'user'@'host'`, which has this form in every language. */
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
