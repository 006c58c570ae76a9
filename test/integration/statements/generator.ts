import { Expressions, type Tokens } from './expressions.js'
import { FUNCTION_NAMES, quoted } from './names.js'
import type { Random } from '../../program/random.js'

/** What may stand between two tokens. */
const GAPS = [
  ' ',
  ' ',
  ' ',
  '\n',
  '\t',
  '  ',
  '\r\n',
  '\v',
  '\f',
  '/**/',
  "/* it's */",
  '/* " */',
  '/* ` ( */',
  " -- it's\n",
  ' --\n',
  '# "\n',
  '--\t`\n',
] as const satisfies readonly [string, ...string[]]
const RARE_GAPS = ['/*! */', '/*!50000 */', '/*M! */', '/*+ x */', '/*!99999999 f1(1) */'] as const satisfies readonly [
  string,
  ...string[],
]

/** What a text is damaged with, to see that nothing odd is believed. */
const DAMAGE = [
  "'",
  '"',
  '`',
  '\\',
  '/*',
  '*/',
  '-- ',
  '#',
  ';',
  '(',
  ')',
  '@',
  '\0',
  '\u00A0',
  '$',
  '$$',
  '[',
  ']',
  '!',
  '/*!',
  ':=',
  '\n',
  ' into ',
  ' for update ',
] as const satisfies readonly [string, ...string[]]

/** Random statements of all kinds; about half of them only read. The tables are those of `world.ts`. */
export class StatementGenerator {
  readonly #random: Random
  readonly #expressions: Expressions
  readonly #database: string

  constructor(random: Random, database: string) {
    this.#random = random
    this.#database = database
    this.#expressions = new Expressions(random, database)
  }

  next(): string {
    const random = this.#random
    const wildness = random.chance(0.45) ? 0 : 0.25
    const text = this.#written(this.#statement(wildness))
    return random.chance(0.06) ? this.#damaged(text) : text
  }

  #statement(wildness: number): Tokens {
    const chance = this.#random.next()
    if (chance < 0.62) return this.#select(wildness, 2)
    if (chance < 0.69) return this.#show(wildness)
    if (chance < 0.75) return this.#explain(wildness)
    if (chance < 0.78) return this.#forStatement(wildness)
    if (chance < 0.9) return this.#change(wildness)
    return this.#other(wildness)
  }

  #select(wildness: number, depth: number): Tokens {
    const random = this.#random
    const chance = random.next()
    if (depth > 0 && chance < 0.1) return [...this.#with(wildness, depth), ...this.#select(wildness, 0)]
    if (depth > 0 && chance < 0.2) {
      return [
        '(',
        ...this.#select(wildness, 0),
        ')',
        random.one(['union', 'union all']),
        '(',
        ...this.#select(wildness, 0),
        ')',
      ]
    }
    const options = random.one([[], [], [], ['distinct'], ['sql_calc_found_rows'], ['straight_join'], ['all']])
    const items = Array.from({ length: 1 + random.below(3) }, () => this.#item(wildness))
    const select = ['select', ...options, ...items.flatMap((item, at) => (at === 0 ? item : [',', ...item]))]
    if (random.chance(0.25)) return [...select, ...this.#end(wildness)]
    return [...select, 'from', ...this.#source(wildness, depth), ...this.#clauses(wildness), ...this.#end(wildness)]
  }

  #item(wildness: number): Tokens {
    const item = this.#expressions.one(wildness)
    return this.#random.chance(0.2) ? [...item, 'as', this.#random.one(['x', '`y`', "'z'"])] : item
  }

  #with(wildness: number, depth: number): Tokens {
    const random = this.#random
    const one = [
      'c1',
      ...random.one([[], ['(', 'a', ')']]),
      'as',
      '(',
      'select',
      ...this.#expressions.one(wildness, depth),
      ')',
    ]
    const two = [
      ',',
      random.one(['c2', '`f1`', 'f1']),
      ...random.one([[], ['(', 'a', ')']]),
      'as',
      '(',
      'select',
      ...this.#expressions.one(wildness, depth),
      ')',
    ]
    return ['with', ...random.one([[], ['recursive']]), ...one, ...(random.chance(0.4) ? two : [])]
  }

  #source(wildness: number, depth: number): Tokens {
    const random = this.#random
    if (depth > 0 && random.chance(0.15)) {
      return [
        't1',
        random.one(['join', 'left join']),
        '(',
        'select',
        ...this.#expressions.one(wildness, 1),
        'as',
        'q',
        ')',
        'as',
        'd',
        'on',
        ...this.#expressions.one(wildness, 1),
      ]
    }
    return random.one<Tokens>([
      ['t1'],
      ['t1'],
      ['`t1`'],
      [quoted(this.#database), '.', 't1'],
      ['t1', 'as', 't1'],
      ['t1', 'use', 'index', '(', 'by_n', ')'],
      ['t1', 'join', 't2', 'using', '(', 'id', ')'],
      ['t1', 'natural', 'join', 't2'],
    ])
  }

  #clauses(wildness: number): Tokens {
    const random = this.#random
    const one = (): Tokens => this.#expressions.one(wildness, 1)
    return [
      ...(random.chance(0.4) ? ['where', ...one()] : []),
      ...(random.chance(0.1) ? ['group', 'by', ...one(), ...random.one([[], ['with', 'rollup']])] : []),
      ...(random.chance(0.1) ? ['having', ...one()] : []),
      ...(random.chance(0.2) ? ['order', 'by', '(', ...one(), ')', ',', ...one(), ...random.one([[], ['desc']])] : []),
      ...(random.chance(0.3) ? ['limit', '3'] : []),
    ]
  }

  /** What comes last, and is no read for the most part. */
  #end(wildness: number): Tokens {
    const random = this.#random
    if (!random.chance(wildness / 3)) return []
    return random.one<Tokens>([
      ['for', 'update'],
      ['for', 'update', 'nowait'],
      ['for', 'share'],
      ['lock', 'in', 'share', 'mode'],
      ['into', '@v3'],
      ['having', '1.5into', '@v3'],
      ['limit', '1', 'into', '@v4'],
      ['procedure', 'analyse', '(', ')'],
      [';', ...this.#expressions.one(1)],
      [';', 'select', ...this.#expressions.one(1)],
    ])
  }

  #show(wildness: number): Tokens {
    const random = this.#random
    const what = random.one([
      'tables',
      'variables',
      'status',
      'columns from t1',
      'databases',
      'character set',
      'collation',
      'table status',
      'index from t1',
      'warnings',
      'count(*) warnings',
      'create table t1',
      'processlist',
      'function status',
      'engines',
      'triggers',
    ])
    const where = random.chance(0.7)
      ? ['where', ...this.#expressions.one(wildness * 3, 1)]
      : random.one([[], ['like', "'a%'"]])
    return ['show', ...what.split(' '), ...where]
  }

  #explain(wildness: number): Tokens {
    const random = this.#random
    const how = random.one([
      ['explain'],
      ['explain'],
      ['desc'],
      ['describe'],
      ['explain', 'extended'],
      ['explain', 'format', '=', 'json'],
      ['explain', 'analyze'],
      ['analyze'],
      ['analyze', 'format', '=', 'json'],
    ])
    return [
      ...how,
      ...random.one([
        this.#select(wildness, 1),
        this.#select(wildness, 1),
        ['t1'],
        ['select', '*', 'from', '(', ...this.#select(wildness, 0), ')', 'as', 'e'],
        this.#change(wildness),
      ]),
    ]
  }

  #forStatement(wildness: number): Tokens {
    // A column's name here makes MariaDB 10.11 crash.
    const value = this.#random.chance(wildness) ? this.#expressions.call(0) : ['(', '1', '+', '2', ')']
    const values = this.#random.one([
      ['5'],
      ['default'],
      ['(', ...value, ')'],
      value,
      ['5', ',', 'sort_buffer_size', '=', '100000'],
    ])
    return ['set', 'statement', 'max_statement_time', '=', ...values, 'for', ...this.#statementInside(wildness)]
  }

  #statementInside(wildness: number): Tokens {
    return this.#random.chance(0.8)
      ? this.#select(wildness, 1)
      : this.#random.one([this.#change(wildness), this.#other(wildness)])
  }

  #change(wildness: number): Tokens {
    const random = this.#random
    const one = (): Tokens => this.#expressions.one(wildness, 1)
    return random.one<Tokens>([
      ['insert', 'into', 't2', '(', 'n', ')', 'values', '(', ...one(), ')'],
      ['insert', random.one(['ignore', 'low_priority', 'into']), '`t2`', '(', '`n`', ')', 'select', ...one()],
      ['insert', 'into', quoted(this.#database), '.', 't2', 'set', 'n', '=', ...one()],
      [
        'insert',
        'into',
        't2',
        '(',
        'id',
        ',',
        'n',
        ')',
        'values',
        '(',
        '1',
        ',',
        ...one(),
        ')',
        'on',
        'duplicate',
        'key',
        'update',
        'n',
        '=',
        'values',
        '(',
        'n',
        ')',
        '+',
        ...one(),
      ],
      ['replace', 'into', 't2', '(', 'id', ',', 'n', ')', 'values', '(', '2', ',', ...one(), ')'],
      ['insert', 'into', 't2', '(', 'n', ')', 'values', '(', '1', ')', 'returning', ...one()],
      ['update', 't2', 'set', 'n', '=', ...one(), 'where', ...one()],
      ['update', '(', 't2', ')', 'set', 'n', '=', ...one()],
      ['delete', 'from', 't2', 'where', ...one(), 'limit', '1'],
      ['with', 'c', 'as', '(', 'select', '1', ')', 'select', '*', 'from', 'c', 'where', ...one()],
    ])
  }

  #other(wildness: number): Tokens {
    const random = this.#random
    const value = this.#expressions.one(wildness, 1)
    return random.one<Tokens>([
      ['set', '@v5', '=', ...value],
      ['set', 'session', 'sort_buffer_size', '=', '200000'],
      ['do', ...value],
      ['call', 'p1', '(', ')'],
      ['prepare', 'st', 'from', "'select f1(1)'"],
      ['execute', 'st'],
      ['execute', 'immediate', "'select f1(1)'"],
      ['handler', 't1', 'open'],
      ['lock', 'tables', 't1', 'read'],
      ['truncate', 't3'],
      ['create', 'table', 'if', 'not', 'exists', 't4', '(', 'id', 'int', ')'],
      ['create', 'temporary', 'table', 't5', 'as', 'select', ...value, 'as', 'a'],
      ['create', 'or', 'replace', 'view', 'v1', 'as', 'select', '1'],
      ['drop', 'table', 'if', 'exists', 't4'],
      ['analyze', 'table', 't3'],
      ['begin'],
      ['start', 'transaction', 'read', 'only'],
      ['commit', ...random.one([[], ['work'], ['and', 'chain']])],
      ['rollback', ...random.one([[], ['and', 'no', 'chain'], ['to', 'savepoint', 'a']])],
      ['savepoint', 'a'],
      ['values', '(', ...value, ')', ',', '(', '2', ')'],
      ['begin', 'not', 'atomic', 'select', ...value, ';', 'end'],
      ['use', quoted(this.#database)],
      ['flush', 'status'],
      ['xa', 'recover'],
      ['select', quoted(random.one(FUNCTION_NAMES)), 'from', 't1'],
      ['table', 't1'],
    ])
  }

  #written(tokens: Tokens): string {
    const random = this.#random
    const style = random.below(3)
    let text = random.chance(0.05) ? random.one(GAPS) : ''
    let before = ''
    for (const token of tokens) {
      const cased = /^[a-z_ ]+$/.test(token) ? inCase(token, style, random) : token
      text += this.#gap(before, cased) + cased
      before = cased
    }
    return text + random.one(['', '', '', ';', ' ', '\n;', ' -- end', '/* end */'])
  }

  #gap(before: string, after: string): string {
    if (before === '') return ''
    const random = this.#random
    if (random.chance(0.002)) return random.one(RARE_GAPS)
    const joined = /[\w$'"`@\u0080-\uFFFF]$/.test(before) && /^[\w$'"`@\u0080-\uFFFF]/.test(after)
    // A number with a fraction or an exponent ends where a word begins.
    if (/^[\d.]+[.e][\d.]*$/.test(before) && random.chance(0.5)) return ''
    const touching = joined || /[-/*:#]$/.test(before) || /^[-/*:=#]/.test(after)
    if (touching) return random.chance(0.85) ? ' ' : random.one(GAPS)
    return random.chance(after === '(' ? 0.85 : 0.7) ? '' : random.one(GAPS)
  }

  #damaged(text: string): string {
    const random = this.#random
    const at = random.below(text.length + 1)
    return text.slice(0, at) + random.one(DAMAGE) + text.slice(random.chance(0.5) ? at : at + 1)
  }
}

function inCase(token: string, style: number, random: Random): string {
  if (style === 0) return token
  if (style === 1) return token.toUpperCase()
  return Array.from(token, (letter) => (random.chance(0.5) ? letter.toUpperCase() : letter)).join('')
}
