import { FUNCTION_NAMES, isPlain, quoted } from './names.js'
import type { Random } from '../../program/random.js'

/** A piece of SQL, token by token: what is between tokens is put in later. */
export type Tokens = readonly string[]

/** Native calls that every server has, as templates: each `?` is an expression. */
const NATIVE_CALLS = [
  ['abs', '(', '?', ')'],
  ['coalesce', '(', '?', ',', '?', ')'],
  ['concat', '(', '?', ',', "'x'", ')'],
  ['lower', '(', "'A(b)'", ')'],
  ['ifnull', '(', '?', ',', '?', ')'],
  ['if', '(', '?', ',', '?', ',', '?', ')'],
  ['now', '(', ')'],
  ['current_timestamp', '(', '6', ')'],
  ['date_add', '(', "'2020-01-01'", ',', 'interval', '(', '?', ')', 'day', ')'],
  ['date_format', '(', "'2020-01-01'", ',', "'%Y'", ')'],
  ['trim', '(', 'both', "'x'", 'from', "'xax'", ')'],
  ['substring', '(', "'abc'", 'from', '1', 'for', '2', ')'],
  ['position', '(', "'a'", 'in', "'ba'", ')'],
  ['extract', '(', 'year', 'from', "'2020-01-01'", ')'],
  ['cast', '(', '?', 'as', 'decimal', '(', '10', ',', '2', ')', ')'],
  ['cast', '(', '?', 'as', 'char', '(', '5', ')', ')'],
  ['convert', '(', "'a'", 'using', 'utf8mb4', ')'],
  ['char', '(', '65', ',', '66', ')'],
  ['insert', '(', "'abc'", ',', '1', ',', '1', ',', "'x'", ')'],
  ['replace', '(', "'abc'", ',', "'a'", ',', "'b'", ')'],
  ['left', '(', "'abc'", ',', '2', ')'],
  ['greatest', '(', '?', ',', '?', ')'],
  ['json_extract', '(', '\'{"a":1}\'', ',', "'$.a'", ')'],
  ['json_object', '(', "'a'", ',', '?', ')'],
  ['uuid', '(', ')'],
  ['database', '(', ')'],
  ['current_user', '(', ')'],
  ['connection_id', '(', ')'],
  ['last_insert_id', '(', ')'],
  ['row_count', '(', ')'],
  ['found_rows', '(', ')'],
  ['rand', '(', ')'],
  ['mod', '(', '?', ',', '2', ')'],
  ['interval', '(', '1', ',', '0', ',', '5', ')'],
  ['row_number', '(', ')', 'over', '(', 'order', 'by', '1', ')'],
  ['(', 'select', 'count', '(', '*', ')', 'from', 't1', ')'],
  ['(', 'select', 'max', '(', 'id', ')', 'from', 't1', 'where', 'id', '<', '?', ')'],
  ['exists', '(', 'select', '1', 'from', 't1', 'where', 'n', '=', '?', ')'],
] as const satisfies readonly [Tokens, ...Tokens[]]

/** Effects that a SELECT can have beside those of stored functions. */
const WILD = [
  ['@v0', ':=', '?'],
  ['@`v1`', ':=', '?'],
  ['@v2', ':=', '@v2', '+', '1'],
  ['get_lock', '(', "'l0'", ',', '0', ')'],
  ['GET_LOCK', '(', "'l1'", ',', '0', ')'],
  ['release_lock', '(', "'l0'", ')'],
  ['last_insert_id', '(', '77', ')'],
  ['`last_insert_id`', '(', '78', ')'],
  ['next', 'value', 'for', 's'],
  ['nextval', '(', 's', ')'],
  ['setval', '(', 's', ',', '1000', ')'],
  ['s', '.', 'nextval'],
  ['s', '.', '`nextval`'],
  ['s', '.', '"NextVal"'],
  ['previous', 'value', 'for', 's'],
  ['s', '.', 'currval'],
  ['(', 'select', 'id', 'from', 't1', 'where', 'id', '=', '1', 'for', 'update', ')'],
  ['(', 'select', 'id', 'from', 't1', 'where', 'id', '=', '1e0for', 'update', ')'],
  ['(', 'select', 'id', 'from', 't1', 'where', 'id', '=', '1.0lock', 'in', 'share', 'mode', ')'],
  ['(', 'select', 'id', 'from', 't1', 'limit', '1', 'lock', 'in', 'share', 'mode', ')'],
] as const satisfies readonly [Tokens, ...Tokens[]]

/** Text that is a call in one `sql_mode` and a literal in another, or looks like one or the other. `§` is a call. */
const TRAPS = [
  // Whole in either mode, with the call in one of them.
  `'\\', §, ' as q -- '\n`,
  `'\\', ', §, 1 -- '\n`,
  `"\\", §, " as q -- "\n`,
  `"\\", ", §, 1 -- "\n`,
  `1 AS "\\", §, 2 AS " as q -- "\n`,
  `1 AS "\\", ", §, 1 -- "\n`,
  `'\\\\', §, ' as q -- '\n`,
  String.raw`'\', §, \''`,
  String.raw`'\', §, '\'`,
  String.raw`'\\', §, '\\'`,
  String.raw`'a''\', §, '\'`,
  String.raw`'\\\', §, '\\\'`,
  String.raw`"\", §, \""`,
  String.raw`"\", §, "\"`,
  String.raw`1 AS "\", §, 2 AS "\"`,
  String.raw`1 AS "\", §, 2 AS \""`,
  String.raw`"\'", §, '\"'`,
  String.raw`'"', §, '"'`,
  String.raw`"'", §, "'"`,
  "'`', §, '`'",
  "`id`, §, '`'",
  "'/*', §, '*/'",
  '"/*", §, "*/"',
  "/* ' */ §, 1 /* ' */",
  "1, -- '\n §, -- '\n 2",
  "1, # '\n §, # '\n 2",
  "'#', §",
  "'-- ', §",
  '1--1, §',
  '1 - -1, §',
  "x'41', §, n'a', _utf8mb4'b'",
  "'a' 'b', §",
  "'it''s', §, 'it''s'",
  '/*! § , */ 1',
  '/*!50000 §, */ 1',
  '/*M! § , */ 1',
  '/*M!100000 §, */ 1',
  '1 /*!, § */',
  "'/*! § */'",
  '{fn §}',
  '(§)',
  '-§',
  "'a'=§",
] as const satisfies readonly [string, ...string[]]

/** Random expressions. `wildness` is the chance that a place holds something that is no read. */
export class Expressions {
  readonly #random: Random
  readonly #database: string

  constructor(random: Random, database: string) {
    this.#random = random
    this.#database = database
  }

  one(wildness: number, depth = 2): Tokens {
    const random = this.#random
    if (random.chance(wildness)) return this.#wild(depth)
    if (depth <= 0 || random.chance(0.4)) return [this.#leaf()]
    switch (random.below(7)) {
      case 0:
        return [
          '(',
          ...this.one(wildness, depth - 1),
          random.one(['+', '-', '*', '=', '<', 'and', 'or', 'div', 'xor', '<=>']),
          ...this.one(wildness, depth - 1),
          ')',
        ]
      case 1:
        return [
          'case',
          'when',
          ...this.one(wildness, depth - 1),
          'then',
          '(',
          ...this.one(wildness, depth - 1),
          ')',
          'else',
          '2',
          'end',
        ]
      case 2:
        return [this.#leaf(), 'in', '(', ...this.one(wildness, depth - 1), ',', '7', ')']
      case 3:
        return ['not', '(', ...this.one(wildness, depth - 1), ')']
      default:
        return this.#filled(random.one<Tokens>(NATIVE_CALLS), wildness, depth)
    }
  }

  /** Something that is no read, if the server takes it. */
  #wild(depth: number): Tokens {
    const random = this.#random
    const chance = random.next()
    if (chance < 0.4) return this.call(depth)
    if (chance < 0.65) return this.#filled(random.one<Tokens>(WILD), 0.05, depth)
    return [random.one(TRAPS).replaceAll('§', () => this.call(0).join(''))]
  }

  /** A call of a stored function that writes. */
  call(depth: number): Tokens {
    const random = this.#random
    const name = random.one(FUNCTION_NAMES)
    const written =
      isPlain(name) && random.chance(0.6) ? name : quoted(name, random.one(['`', '`', '`', '"', '"', '[']))
    const qualified = random.chance(0.2)
      ? [random.one([this.#database, quoted(this.#database)]), '.', written]
      : [written]
    return [...qualified, '(', ...(depth > 0 ? this.one(0.1, depth - 1) : ['1']), ')']
  }

  #filled(template: Tokens, wildness: number, depth: number): Tokens {
    return template.flatMap((token) => (token === '?' ? this.one(wildness, depth - 1) : [token]))
  }

  #leaf(): string {
    const random = this.#random
    return random.one([
      '1',
      '2.5',
      '1e3',
      '.5',
      '1.',
      '1.e1',
      '0x41',
      "''",
      "'f1(1)'",
      "'it''s'",
      "'@v0 := 1'",
      "'for update'",
      'null',
      'true',
      'id',
      'n',
      '`n`',
      't1.n',
      '`t1`.`id`',
      '@v0',
      '@@session.autocommit',
      '@@version',
      'current_date',
      `${random.below(100)}`,
    ])
  }
}
