import { describe, expect, it, onTestFinished } from 'vitest'

import { OpenConnection } from '../../../testing/rogue/open-connection.js'
import { Command, type Request } from '../../../testing/rogue/rogue-server.js'
import {
  coded,
  column,
  type ColumnOptions,
  eof,
  failure,
  length,
  packets,
  prepared,
} from '../../../testing/rogue/wire.js'
import { Column, MORE_RESULTS, ok } from '../../../testing/rogue/wire.js'
import type { TypeCastField } from '../../../sql/decoding.js'

/** One answer: its columns, and the values of its only row. */
interface Answer {
  readonly columns: readonly ColumnOptions[]
  readonly row: readonly string[]
}

/** The decoding of all statements: what is remembered is remembered by its identity. */
const DECODING = {}

/** A server that answers as it is told to, as text or as a prepared statement. */
class Telling {
  answer: Answer = { columns: [{ name: 'a' }, { name: 'b' }], row: ['1', '2'] }
  more: readonly Buffer[] | undefined
  /** Status flags at the end of the columns, which say whether a transaction is open. */
  status = 0
  /** The answer comes in two pieces, of which the first has so many bytes. */
  cutAt = 0
  /** The end of the columns is missing. */
  endless = false

  async open(): Promise<OpenConnection> {
    const opened = await OpenConnection.open((request, socket) => {
      const contents = this.#tell(request)
      if (contents === undefined || this.cutAt === 0) return contents
      const bytes = packets(1, contents)
      socket.write(bytes.subarray(0, this.cutAt))
      setTimeout(() => socket.write(bytes.subarray(this.cutAt)), 1)
      return undefined
    })
    onTestFinished(() => opened.stop())
    return opened
  }

  #tell({ command }: Request): readonly Buffer[] | undefined {
    const { columns, row } = this.answer
    if (command === Command.prepare) return prepared(1, columns, 0)
    if (command === Command.close) return undefined
    const status = this.more === undefined ? 0 : MORE_RESULTS
    const head = [length(columns.length), ...columns.map(column), ...(this.endless ? [] : [eof(this.status)])]
    const text = Buffer.concat(row.map((value) => coded(value)))
    if (command === Command.query) return [...head, text, eof(status), ...(this.more ?? [])]
    // The same row, as a prepared statement has it: a zero, a map of what is NULL, and the values.
    const binary = Buffer.concat([Buffer.alloc(1 + ((columns.length + 9) >> 3)), ...row.map((value) => coded(value))])
    return [...head, binary, eof(status), ...(this.more ?? [])]
  }
}

let texts = 0

/** A text that has not been sent before: what is known of a text is known to all connections. */
function newText(): string {
  texts += 1
  return `SELECT a, b FROM known_${texts}`
}

describe.each(['query', 'execute'] as const)('a statement that has been sent before, by %s,', (how) => {
  it('answers with the same columns each time, as mysql2’s own are', async () => {
    const opened = await new Telling().open()
    const sql = newText()
    const [first, ...again] = [
      await opened[how](sql, undefined, DECODING),
      await opened[how](sql, undefined, DECODING),
      await opened[how](sql, undefined, DECODING),
      await opened[how](sql, undefined, DECODING),
    ]
    expect(first?.result).toEqual([{ a: '1', b: '2' }])
    const [column] = first?.fields ?? []
    const names = Object.keys(column ?? {}).sort()
    for (const { result, fields } of again) {
      expect(result).toEqual(first?.result)
      expect(fields).toHaveLength(2)
      expect(Object.keys(fields?.[0] ?? {}).sort()).toEqual(names)
      expect(fields?.[0]?.constructor === column?.constructor).toBe(true)
      expect(fields?.[0]).toMatchObject({ name: 'a', orgName: 'a', table: 't', orgTable: 't', schema: 's' })
      expect(fields?.[1]).toMatchObject({
        name: 'b',
        columnType: Column.varString,
        characterSet: 255,
        columnLength: 100,
      })
    }
  })

  it('gives each caller columns of its own', async () => {
    const opened = await new Telling().open()
    const sql = newText()
    for (let time = 0; time < 5; time += 1) {
      const { result, fields } = await opened[how](sql, undefined, DECODING)
      expect(result).toEqual([{ a: '1', b: '2' }])
      expect(fields?.map(({ name, table, columnType }) => [name, table, columnType])).toEqual([
        ['a', 't', Column.varString],
        ['b', 't', Column.varString],
      ])
      const [first, second] = fields as unknown as [Record<string, unknown>, Record<string, unknown>]
      first['name'] = 'mine'
      Object.defineProperty(first, 'table', { value: 'mine' })
      second['columnType'] = Column.long
      second['encoding'] = 'latin1'
      ;(fields as unknown[]).length = 1
    }
  })

  it('shows a typeCast the server’s columns', async () => {
    const opened = await new Telling().open()
    const sql = newText()
    const decoding = { typeCast: (field: TypeCastField) => `${field.table}.${field.name}=${field.string()}` }
    for (let time = 0; time < 4; time += 1) {
      const { result, fields } = await opened[how](sql, undefined, decoding)
      expect(result).toEqual([{ a: 't.a=1', b: 't.b=2' }])
      Object.assign(fields?.[0] ?? {}, { name: 'mine', columnType: Column.json })
    }
  })

  it.each([
    ['another name', { columns: [{ name: 'a' }, { name: 'c' }], row: ['1', '2'] }, { a: '1', c: '2' }],
    ['another name of the first', { columns: [{ name: 'c' }, { name: 'b' }], row: ['1', '2'] }, { c: '1', b: '2' }],
    [
      'one more',
      { columns: [{ name: 'a' }, { name: 'b' }, { name: 'c' }], row: ['1', '2', '3'] },
      { a: '1', b: '2', c: '3' },
    ],
    ['one less', { columns: [{ name: 'a' }], row: ['1'] }, { a: '1' }],
    [
      'another charset',
      { columns: [{ name: 'a', charset: 63 }, { name: 'b' }], row: ['1', '2'] },
      { a: Buffer.from('1'), b: '2' },
    ],
    ['the same in another order', { columns: [{ name: 'b' }, { name: 'a' }], row: ['1', '2'] }, { b: '1', a: '2' }],
  ])('is read as it is now, when it has %s', async (_, answer: Answer, row) => {
    const server = new Telling()
    const opened = await server.open()
    const sql = newText()
    for (let time = 0; time < 3; time += 1) await opened[how](sql, undefined, DECODING)
    const before = server.answer
    server.answer = answer
    for (let time = 0; time < 3; time += 1) {
      const { result, fields } = await opened[how](sql, undefined, DECODING)
      expect(result).toEqual([row])
      expect(fields?.map(({ name }) => name)).toEqual(answer.columns.map(({ name }) => name))
    }
    server.answer = before
    expect((await opened[how](sql, undefined, DECODING)).result).toEqual([{ a: '1', b: '2' }])
  })

  it('is read the same wherever its answer is cut in two', async () => {
    const server = new Telling()
    const opened = await server.open()
    const sql = newText()
    for (let time = 0; time < 2; time += 1) await opened[how](sql, undefined, DECODING)
    for (server.cutAt = 1; server.cutAt < 130; server.cutAt += 1) {
      const { result, fields } = await opened[how](sql, undefined, DECODING)
      expect(result, `cut at ${server.cutAt}`).toEqual([{ a: '1', b: '2' }])
      expect(fields).toMatchObject([{ name: 'a' }, { name: 'b' }])
    }
  })

  it('is read the same in a transaction, of which its status flags tell', async () => {
    const server = new Telling()
    const opened = await server.open()
    const sql = newText()
    for (server.status = 0; server.status < 4; server.status += 1) {
      const { result } = await opened[how](sql, undefined, DECODING)
      expect(result).toEqual([{ a: '1', b: '2' }])
    }
  })

  it('is refused when its columns have no end', async () => {
    const server = new Telling()
    const opened = await server.open()
    const sql = newText()
    for (let time = 0; time < 3; time += 1) await opened[how](sql, undefined, DECODING)
    server.endless = true
    expect((await opened[how](sql, undefined, DECODING)).error).toMatchObject({ code: 'PROTOCOL_VIOLATION' })
  })

  it('is decoded as each of its callers wants it', async () => {
    const opened = await new Telling().open()
    const sql = newText()
    const lists = { rowsAsArray: true }
    for (let time = 0; time < 3; time += 1) {
      expect((await opened[how](sql, undefined, DECODING)).result).toEqual([{ a: '1', b: '2' }])
      expect((await opened[how](sql, undefined, lists)).result).toEqual([['1', '2']])
      expect((await opened[how](sql, undefined, lists)).result).toEqual([['1', '2']])
    }
  })

  it('has all of its results', async () => {
    const server = new Telling()
    server.more = [ok()]
    const opened = await server.open()
    const sql = newText()
    for (let time = 0; time < 3; time += 1) {
      const { result, fields } = await opened[how](sql, undefined, DECODING)
      expect(result).toMatchObject([[{ a: '1', b: '2' }], { affectedRows: 0 }])
      expect(fields).toMatchObject([[{ name: 'a' }, { name: 'b' }], undefined])
    }
  })

  it('has its error, and is read as before afterwards', async () => {
    const server = new Telling()
    const opened = await server.open()
    const sql = newText()
    for (let time = 0; time < 3; time += 1) await opened[how](sql, undefined, DECODING)
    server.more = [failure(1317, 'Query execution was interrupted')]
    expect((await opened[how](sql, undefined, DECODING)).error).toMatchObject({ errno: 1317 })
    server.more = undefined
    expect((await opened[how](sql, undefined, DECODING)).result).toEqual([{ a: '1', b: '2' }])
  })
})
