/**
 * Names of stored functions, each of which writes: plain ones, names of native functions of some server or other, keywords, and
 * names with letters and characters that readers of SQL get wrong.
 */
export const FUNCTION_NAMES = [
  'f1',
  'write_row',
  'списать',
  '扣款',
  'menü',
  'два слова',
  '1st',
  'a$b',
  '_a',
  'selectx',
  'now2',
  'from',
  'into',
  'if',
  'left',
  'values',
  'in',
  'and',
  'count',
  'max',
  'sum',
  'now',
  'trim',
  'substr',
  'position',
  'rank',
  'lag',
  'date_add',
  'group_concat',
  'session_user',
  'abs',
  'lower',
  'coalesce',
  'date_format',
  'last_insert_id',
  'uuid',
  'point',
  'any_value',
  'lateral',
  'against',
  'grouping',
  'of',
  'first',
  'md5',
  'sha1',
  'json_value',
  'json_table',
  'regexp_like',
  'median',
  'chr',
  'nvl',
  'bin_to_uuid',
  'to_char',
  'nextval_of',
  "it's",
  'back`quote',
  'com/*ment',
  'dash-- x',
] as const satisfies readonly [string, ...string[]]

/** A name as it can be written: in back quotes, in double quotes for ANSI_QUOTES, or in brackets for MSSQL. */
export function quoted(name: string, quote: '`' | '"' | '[' = '`'): string {
  return quote === '[' ? `[${name}]` : quote + name.replaceAll(quote, quote + quote) + quote
}

/** Whether a name needs no quotes, unless it is a reserved word. */
export function isPlain(name: string): boolean {
  return /^[\p{L}\p{N}_$]+$/u.test(name)
}
