import fc from 'fast-check'
import mysql from 'mysql2'
import type { PoolOptions } from 'mysql2'
import { describe, expect, test } from 'vitest'

import { Pool } from './pool.js'
import { FakePool } from './testing/fake-pool.js'
import { acquire } from './testing/facade.js'
import { tableOf } from './testing/table.js'

/** Printed, and to be given again, so that a failure can be repeated. */
const seed = Number(process.env['SHAPE_SEED'] ?? Date.now() % 1_000_000)

const OPTIONS: readonly PoolOptions[] = [
  {},
  { stringifyObjects: false },
  { stringifyObjects: true },
  { timezone: 'Z' },
  { timezone: '+05:30' },
  { namedPlaceholders: true },
]

/** What writes values into a text, on both sides of both libraries. */
interface Writer {
  escape(value: unknown): string
  escapeId(name: unknown): string
  format(sql: string, values?: unknown, namedPlaceholders?: boolean): string
}

type Call = readonly [name: keyof Writer, ...given: readonly unknown[]]

const TEXTS = ['?', 'SET ?', 'a = ? AND b = ?', 'INSERT INTO t VALUES ?', 'SELECT ??, ?', ':a, :b', "'?' -- ?", 'no']

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: fc.constantFrom("'", '"', '\\', '\0', '\n', 'a', 'é', '?', ':a', '`') }),
    fc.integer(),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom(null, undefined, Number.NaN),
    fc.date({ noInvalidDate: true, min: new Date('1970-01-02'), max: new Date('2100-01-01') }),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('NOW()', "'").map((sql) => mysql.raw(sql)),
    fc.constant({ toString: () => "it's" }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'pw'), tie('any'), { maxKeys: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b'), tie('any'), { maxKeys: 2 }).map((held) => new Map(Object.entries(held))),
  ),
})).any

const call: fc.Arbitrary<Call> = fc.oneof(
  value.map((given): Call => ['escape', given]),
  fc.oneof(fc.string(), fc.constantFrom('a.b', '`', 'a`b')).map((name): Call => ['escapeId', name]),
  fc.tuple(fc.constantFrom(...TEXTS), value).map(([sql, given]): Call => ['format', sql, given]),
  fc.tuple(fc.constantFrom(...TEXTS), fc.array(value, { maxLength: 3 })).map((given): Call => ['format', ...given]),
)

/** What a call answers, or which kind of error it throws. */
function outcome(writer: Writer, [name, ...given]: Call): unknown {
  try {
    return Reflect.apply(writer[name], writer, given)
  } catch (error) {
    return error instanceof Error ? error.constructor.name : error
  }
}

/** The members of both libraries that write values, by name; mysql2's pools do not connect before they are asked to. */
async function writers(options: PoolOptions): Promise<readonly (readonly [string, Writer, Writer])[]> {
  const stock = mysql.createPool(options)
  const { connectionConfig } = stock.config as unknown as { readonly connectionConfig: object }
  const stockConnection = Object.assign(Object.create(mysql.Connection.prototype) as object, {
    config: connectionConfig,
  })
  const facade = new Pool(new FakePool(options as ConstructorParameters<typeof FakePool>[0]), false, {})
  const connection = await acquire(facade)
  return [
    ['pool', stock, facade],
    ['promise pool', stock.promise(), facade.promise()],
    ['connection', stockConnection, connection],
    ['promise connection', stockConnection, connection.promise()],
  ].map(([name, theirs, ours]) => [name as string, theirs as Writer, ours as Writer] as const)
}

describe(`values written into a text (SHAPE_SEED=${seed})`, () => {
  test.each(OPTIONS)('are byte for byte what mysql2 writes, with %j', async (options) => {
    const rows: string[][] = []
    for (const [name, theirs, ours] of await writers(options)) {
      let calls = 0
      fc.assert(
        fc.property(call, (given) => {
          calls += 1
          expect(outcome(ours, given)).toEqual(outcome(theirs, given))
        }),
        { seed, numRuns: 400 },
      )
      rows.push([JSON.stringify(options), name, String(calls), 'the same'])
    }
    process.stdout.write(
      tableOf(['options', 'of', 'generated calls of escape, escapeId, format', 'mysql2 answers'], rows),
    )
    expect(rows).toHaveLength(4)
  })

  test('an object in the place of a text is a text, never a condition that always holds', async () => {
    const facade = new Pool(new FakePool(), false, {})
    const connection = await acquire(facade)
    for (const side of [facade, facade.promise(), connection, connection.promise()]) {
      expect(`pw = ${side.escape({ pw: 1 })}`).toBe("pw = '[object Object]'")
      expect(side.format('SET ?', [{ a: 1 }])).toBe('SET `a` = 1')
    }
  })
})
