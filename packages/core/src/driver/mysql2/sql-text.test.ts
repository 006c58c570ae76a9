import fc from 'fast-check'
import mysql2 from 'mysql2'
import { describe, expect, it } from 'vitest'

import { escapeSql, formatForAnyMode, formatSql } from './sql-text.js'

const seed = Number(process.env['SEED'] ?? Date.now())
const run = { seed, numRuns: 500 }

/** What breaks texts, more often than chance would have it. */
const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      "'",
      '"',
      '`',
      '\\',
      '?',
      ':',
      'a',
      ' ',
      '\n',
      '\0',
      '\u001a',
      '%',
      '-',
      '#',
      '/*',
      'é',
      '縗',
    ),
  }),
  fc.string({ unit: 'binary' }),
)
const date = fc.date({ noInvalidDate: false })
const buffer = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes))
const scalar = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  date,
  buffer,
  fc.uint8Array({ maxLength: 20 }),
  text.map((sql) => ({ toSqlString: () => sql })),
)
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((list) => new Set(list)),
    text.map((told) => new Told(told)),
  ),
}))

/** An object that is written as it tells itself. */
class Told {
  readonly #text: string
  constructor(told: string) {
    this.#text = told
  }
  toString(): string {
    return this.#text
  }
}

const statement = fc
  .array(
    fc.constantFrom(
      'SELECT ',
      '?',
      '??',
      ', ',
      "'it''s ?'",
      "'\\'?'",
      '`a?`',
      '"?"',
      '/* ? */',
      '-- ?\n',
      '# ?\n',
      ' SET a = ',
      ' WHERE ',
      ':name',
      ' = ',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))
const writing = fc.record({
  stringifyObjects: fc.constantFrom(undefined, true, false),
  timezone: fc.constantFrom(undefined, 'local', 'Z', '+05:30'),
})

/** What a connection of mysql2 with these options makes of a statement. */
function byMysql2(config: object, sql: string, values: unknown): unknown {
  const connection = Object.assign(
    Object.create(mysql2.Connection.prototype) as { format(...args: unknown[]): string },
    { config },
  )
  return outcome(() => connection.format(sql, values))
}

function outcome(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return `throws ${String(error)}`
  }
}

describe(`a statement with its values in it (SEED=${seed})`, () => {
  it('is byte for byte what mysql2 makes of it where a backslash escapes', () => {
    fc.assert(
      fc.property(statement, fc.oneof(fc.array(value, { maxLength: 6 }), value), writing, (sql, values, options) => {
        const ours = outcome(() => formatSql(sql, values, { ...options, noBackslashEscapes: false }))
        expect(ours).toBe(byMysql2(options, sql, values))
      }),
      run,
    )
  })

  it('is what mysql2 makes of it with named placeholders too', () => {
    const named = fc.oneof(
      fc.record({ name: value, a: value }),
      fc.array(value, { maxLength: 3 }),
      fc.constantFrom(undefined, {}),
    )
    fc.assert(
      fc.property(statement, named, writing, (sql, values, options) => {
        const given = { ...options, namedPlaceholders: true }
        const ours = outcome(() => formatSql(sql, values, { ...given, noBackslashEscapes: false }))
        expect(ours).toBe(byMysql2(given, sql, values))
      }),
      run,
    )
  })
})

describe.each([false, true])(`values, with noBackslashEscapes: %s (SEED=${seed})`, (noBackslashEscapes) => {
  const options = { noBackslashEscapes, timezone: 'Z' }

  it('are read back as themselves, and nothing is read after them', () => {
    fc.assert(
      fc.property(text, text, (first, second) => {
        const sql = formatSql('SELECT ?, ?', [first, second], options)
        expect(readList(sql.slice('SELECT '.length), noBackslashEscapes)).toEqual([first, second])
      }),
      run,
    )
  })

  it('are read back as themselves in lists, in objects and as what an object tells of itself', () => {
    fc.assert(
      fc.property(text, text, text, (first, second, third) => {
        const list = formatSql('?', [[first, [second], new Set([third])]], options)
        expect(readList(list.replaceAll(/(?<=^|, )\((?=')|(?<=')\)(?=$|, )/g, ''), noBackslashEscapes)).toHaveLength(3)
        const set = formatSql('SET ?', [new Map([['a', first]])], options)
        expect(readList(set.slice('SET `a` = '.length), noBackslashEscapes)).toEqual([first])
        expect(
          readList(formatSql('?', [new Told(second)], { ...options, stringifyObjects: true }), noBackslashEscapes),
        ).toEqual([second])
        expect(readList(escapeSql(third, options), noBackslashEscapes)).toEqual([third])
      }),
      run,
    )
  })

  it('are put in by name behind a literal that ends in a backslash or contains one', () => {
    const literal = noBackslashEscapes ? "'C:\\', '\\'" : "'C:\\\\', '\\\\'"
    const sql = formatSql(`SELECT ${literal}, :a, ':a'`, { a: "it's" }, { ...options, namedPlaceholders: true })
    expect(readList(sql.slice('SELECT '.length), noBackslashEscapes)).toEqual(['C:\\', '\\', "it's", ':a'])
  })
})

describe('where a backslash escapes nothing', () => {
  const write = (value: unknown): string => formatSql('?', [value], { noBackslashEscapes: true, timezone: 'Z' })

  it.each<[string, unknown, string]>([
    ['a quote is doubled', "O'Brien", "'O''Brien'"],
    ['a backslash stays one', 'C:\\dir', "'C:\\dir'"],
    ['what pretends to be escaped is not', "\\' OR 1=1 -- ", "'\\'' OR 1=1 -- '"],
    ['line ends and zeros stay as they are', 'a\n\0', "'a\n\0'"],
    ['bytes are written in hexadecimal', Buffer.from("'\\"), "X'275c'"],
    ['a date needs nothing', new Date(0), "'1970-01-01 00:00:00.000'"],
    ['SQL of the caller stays', mysql2.raw("NOW() /* \\' */"), "NOW() /* \\' */"],
  ])('%s', (_what, value, written) => {
    expect(write(value)).toBe(written)
  })

  it('a question mark behind a literal with a backslash at its end is a placeholder', () => {
    expect(formatSql("SELECT '\\', ?", ['x'], { noBackslashEscapes: true })).toBe("SELECT '\\', 'x'")
  })
})

describe(`a text for a session whose mode is not known (SEED=${seed})`, () => {
  it('is read the same in both modes, or there is none', () => {
    let written = 0
    fc.assert(
      fc.property(text, text, (first, second) => {
        const sql = formatForAnyMode('?, ?', [first, second], {})
        written += sql === undefined ? 0 : 1
        const read = [true, false].map((mode) => (sql === undefined ? undefined : readList(sql, mode)))
        const wanted = `${first}${second}`.includes('\\') ? undefined : [first, second]
        expect(read).toEqual([wanted, wanted])
      }),
      run,
    )
    expect(written).toBeGreaterThan(20)
  })

  it('may have backslashes of the caller in it where no value needs one', () => {
    expect(formatForAnyMode("SELECT '\\n', ?", [1], {})).toBe("SELECT '\\n', 1")
    expect(formatForAnyMode("SELECT '\\', ?, '", [1], {})).toBeUndefined()
  })
})

const ESCAPED: Readonly<Record<string, string>> = { 0: '\0', b: '\b', t: '\t', n: '\n', r: '\r', Z: '\u001a' }

/** Reads string literals separated by commas as a server does; throws when anything else is there. */
function readList(sql: string, noBackslashEscapes: boolean): string[] {
  const values: string[] = []
  let position = 0
  while (position < sql.length) {
    if (values.length > 0) {
      if (!sql.startsWith(', ', position)) throw new Error(`something is behind a literal of ${sql}`)
      position += 2
    }
    if (sql[position] !== "'") throw new Error(`something is before a literal of ${sql}`)
    position += 1
    let read = ''
    for (;;) {
      const unit = sql[position]
      if (unit === undefined) throw new Error(`a literal of ${sql} has no end`)
      position += 1
      if (unit === '\\' && !noBackslashEscapes) {
        const escaped = sql[position] ?? ''
        read += ESCAPED[escaped] ?? escaped
        position += 1
      } else if (unit !== "'") read += unit
      else if (sql[position] === "'") {
        read += "'"
        position += 1
      } else break
    }
    values.push(read)
  }
  return values
}
