import { Readable } from 'node:stream'

import { describe, expect, it, onTestFinished } from 'vitest'

import type { PoolOptions } from '../../config/options.js'
import { OpenConnection } from '../../testing/rogue/open-connection.js'
import { type Answering, Command, type RogueOptions } from '../../testing/rogue/rogue-server.js'
import {
  Column,
  coded,
  column,
  eof,
  failure,
  length,
  MORE_RESULTS,
  ok,
  packet,
  prepared,
  rows,
  STATE_CHANGED,
} from '../../testing/rogue/wire.js'
import type { TypeCastField } from '../../sql/decoding.js'
import { ServerStatus } from '../port.js'

async function open(answer: Answering, options?: PoolOptions, rogue?: RogueOptions): Promise<OpenConnection> {
  const opened = await OpenConnection.open(answer, options, rogue)
  onTestFinished(() => opened.stop())
  return opened
}

const ONE = rows([{ name: 'one', type: Column.long, charset: 63 }], [['1']])

/** The first value of a row is not to the taste of this one. */
function refuseBad(field: TypeCastField, next: () => unknown): unknown {
  const value = next()
  if (value === 'bad') throw new Error('not to my taste')
  return value
}

describe('after an answer that cannot be decoded', () => {
  const sql = 'SELECT a, b'
  const bad = rows(
    [{ name: 'a' }, { name: 'b' }],
    [
      ['bad', 'x'],
      ['', 'y'],
    ],
  )

  it.each([
    ['of the statement', { sql, typeCast: refuseBad }, {}],
    ['of its decoding', { sql }, { typeCast: refuseBad }],
  ])(
    'the connection is at its end, and the caller is told of the column: a typeCast %s',
    async (_, statement, decoding) => {
      const opened = await open(() => bad)
      const { error } = await opened.query(statement, undefined, decoding)
      expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_DECODE_FAILED', host: opened.server.host })
      expect(error?.message).toContain("column 'a'")
      expect(error?.cause).toMatchObject({ message: 'not to my taste' })
      expect(opened.connection.alive).toBe(false)
      const next = await opened.query('SELECT 1')
      expect(next.error).toMatchObject({ message: 'The connection is closed', fatal: true })
      expect(opened.connection.mayHaveRun).toBe(false)
    },
  )

  it.each(['', 0, null, undefined, 'text', Object.freeze(new Error('frozen'))])(
    'the same where %j was thrown',
    async (thrown) => {
      const opened = await open(() => bad)
      const typeCast = (): never => {
        throw thrown
      }
      const { error } = await opened.query({ sql, typeCast })
      expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_DECODE_FAILED' })
      expect(error?.message).toContain("column 'a'")
      expect(opened.connection.alive).toBe(false)
      expect(opened.lost).toEqual([])
    },
  )

  it('the same in a stream, whose rows before it are delivered', async () => {
    const answer = rows([{ name: 'a' }], [['good'], ['bad'], ['']])
    const opened = await open(() => answer)
    const { error, seen } = await opened.stream('SELECT a', { typeCast: refuseBad })
    expect(seen).toEqual([['a'], { a: 'good' }])
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_DECODE_FAILED' })
    expect(opened.connection.alive).toBe(false)
    expect(opened.lost).toEqual([])
  })

  it('JSON that was cut off names the columns that it may have been', async () => {
    const json = { type: Column.json, charset: 63 }
    const opened = await open(() => rows([{ name: 'id' }, { name: 'doc', ...json }], [['1', '{"a": ']]))
    const { error } = await opened.query('SELECT id, doc')
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_DECODE_FAILED' })
    expect(error?.message).toContain("of column 'doc' could not be decoded")
    expect(opened.connection.alive).toBe(false)
  })

  it.each(['query', 'execute'] as const)('a column that cannot be read by %s is no fault of its host', async (how) => {
    const proto = [{ name: '__proto__' }]
    const opened = await open(({ command }) =>
      command === Command.prepare ? prepared(1, proto, 0) : rows(proto, [['1']]),
    )
    const { error } = await opened[how]('SELECT 1')
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_DECODE_FAILED' })
    expect(opened.connection.alive).toBe(false)
    expect(opened.lost).toEqual([])
  })

  it('nor in a stream', async () => {
    const opened = await open(() => rows([{ name: '__proto__' }], [['1']]))
    const { error } = await opened.stream('SELECT 1')
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_DECODE_FAILED' })
    expect(opened.connection.alive).toBe(false)
    expect(opened.lost).toEqual([])
  })

  it('a row that ends too early ends the connection', async () => {
    const answer = [length(2), column({ name: 'a' }), column({ name: 'b' }), eof(), coded('x'), eof()]
    const opened = await open(() => answer)
    const { error } = await opened.query('SELECT a, b')
    expect(error).not.toBeNull()
    expect(opened.connection.alive).toBe(false)
  })
})

describe('after an error', () => {
  it('the server’s own leaves the connection as it was', async () => {
    const opened = await open(({ index }) => (index === 0 ? [failure(1062, 'Duplicate entry')] : ONE))
    const { error } = await opened.query('INSERT INTO t VALUES (1)')
    expect(error).toMatchObject({ errno: 1062, host: opened.server.host })
    expect(opened.connection).toMatchObject({ alive: true, busy: false, mayHaveRun: true })
    expect((await opened.query('SELECT 1 AS one')).result).toEqual([{ one: 1 }])
  })

  it.each([1153, 1154, 1155, 1156, 1157, 1835])('%i, of packets, ends it', async (errno) => {
    const opened = await open(() => [failure(errno, 'a packet is not right')])
    const { error } = await opened.query('SELECT 1')
    expect(error).toMatchObject({ errno })
    expect(opened.connection.alive).toBe(false)
    expect(opened.lost).toEqual([])
  })

  it('a timeout ends it, for its answer is still to come', async () => {
    const opened = await open(() => undefined)
    const { error } = await opened.query({ sql: 'SELECT SLEEP(9)', timeout: 20 })
    expect(error).toMatchObject({ code: 'PROTOCOL_SEQUENCE_TIMEOUT' })
    expect(opened.connection).toMatchObject({ alive: false, mayHaveRun: true })
    expect(opened.lost).toEqual([])
  })

  it('values that cannot be sent leave it as it was, and nothing has run', async () => {
    const opened = await open(({ command }) => (command === Command.prepare ? prepared(1, [], 1) : [ok()]))
    const { error } = await opened.execute('INSERT INTO t VALUES (?)', [undefined])
    expect(error?.message).toContain('undefined')
    expect(opened.connection).toMatchObject({ alive: true, busy: false, mayHaveRun: false })
    expect((await opened.execute('INSERT INTO t VALUES (?)', ['x'])).error).toBeNull()
    expect(opened.connection.mayHaveRun).toBe(true)
  })

  it('of a preparation nothing has run', async () => {
    const opened = await open(() => [failure(1064, 'You have an error in your SQL syntax')])
    expect((await opened.execute('INSRT')).error).toMatchObject({ errno: 1064 })
    expect(opened.connection).toMatchObject({ alive: true, mayHaveRun: false })
  })

  it('of the network it is lost, and that is told once', async () => {
    const opened = await open((_, socket) => {
      socket.resetAndDestroy()
      return undefined
    })
    const { error } = await opened.query('SELECT 1')
    expect(error).toMatchObject({ fatal: true, host: opened.server.host })
    expect(opened.connection.alive).toBe(false)
    expect(opened.lost).toHaveLength(1)
  })

  it('a second command at the same time is refused, and the first goes on', async () => {
    const opened = await open(() => ONE)
    const first = opened.query('SELECT 1')
    expect(() => opened.connection.ping(() => undefined)).toThrow('A command is under way')
    expect((await first).error).toBeNull()
  })

  it('a command that is under way when the connection is destroyed gets the reason', async () => {
    const opened = await open(() => undefined)
    const asked = opened.query('SELECT 1')
    opened.connection.destroy(new Error('no more'))
    expect((await asked).error).toMatchObject({ message: 'no more', fatal: true, host: opened.server.host })
    expect(opened.lost).toEqual([])
  })
})

describe('what the server says of its session', () => {
  const { inTransaction, autocommit, noBackslashEscapes } = ServerStatus
  const changed = ok(STATE_CHANGED | MORE_RESULTS)

  it('is known after an answer without rows', async () => {
    const opened = await open(() => [ok(inTransaction)])
    await opened.query('START TRANSACTION')
    expect(opened.connection.serverStatus).toBe(inTransaction | autocommit)
  })

  it.each(['query', 'execute', 'stream'] as const)('is known after rows, by %s', async (how) => {
    const columns = [{ name: 'a' }]
    const opened = await open(({ command }) => {
      if (command === Command.prepare) return prepared(1, columns, 0)
      if (command === Command.query) return rows(columns, [['1']], inTransaction)
      return [
        length(1),
        column(columns[0]),
        eof(),
        Buffer.concat([Buffer.from([0, 0]), coded('1')]),
        eof(inTransaction),
      ]
    })
    await opened[how]('SELECT a')
    expect(opened.connection.serverStatus).toBe(inTransaction | autocommit)
  })

  it('is as the last of several results says', async () => {
    const opened = await open(() => [ok(inTransaction | MORE_RESULTS), ...rows([{}], [['1']], MORE_RESULTS), ok()])
    await opened.query('CALL p()')
    expect(opened.connection.serverStatus).toBe(autocommit)
  })

  it('is that of the results before an error', async () => {
    const opened = await open(({ index }) =>
      index === 0
        ? [ok(noBackslashEscapes | STATE_CHANGED | MORE_RESULTS), failure(1054, 'Unknown column')]
        : [ok(noBackslashEscapes)],
    )
    const { error } = await opened.query("SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT nothing")
    expect(error).toMatchObject({ errno: 1054 })
    expect(opened.connection.serverStatus & noBackslashEscapes).not.toBe(0)
    expect(opened.connection.sessionChanged).toBe(true)
  })

  it.each(['query', 'stream'] as const)('a change in the first of several results is noticed, by %s', async (how) => {
    const opened = await open(() => [changed, ok()])
    await opened[how]('SET @a = 1; DO 1')
    expect(opened.connection.sessionChanged).toBe(true)
    opened.connection.forgetChanges()
    expect(opened.connection.sessionChanged).toBe(false)
  })

  it('a mode in which backslashes escape nothing is heeded by the next statement', async () => {
    const texts: string[] = []
    let status = 0
    const opened = await open(({ text }) => {
      texts.push(text)
      if (text.startsWith('SET')) status = noBackslashEscapes
      return [ok(status)]
    })
    const injection = ["\\' OR 1"]
    await opened.query('SELECT ?', injection)
    await opened.query("SET sql_mode = 'NO_BACKSLASH_ESCAPES'")
    for (let time = 0; time < 2; time += 1) await opened.query('SELECT ?', injection)
    expect(texts.filter((text) => text.startsWith('SELECT'))).toEqual([
      "SELECT '\\\\\\' OR 1'",
      "SELECT '\\'' OR 1'",
      "SELECT '\\'' OR 1'",
    ])
  })

  it.each([
    ['SET sql_mode = ?', ['NO_BACKSLASH_ESCAPES']],
    ['SET ?? = ?', ['sql_mode', 'NO_BACKSLASH_ESCAPES']],
    ['SET SESSION sql_mode = :mode', { mode: 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES' }],
  ])('that mode is known when it comes by a value: %s', async (sql, values) => {
    const texts: string[] = []
    let status = 0
    const opened = await open(({ text }) => {
      texts.push(text)
      if (text.startsWith('SET')) status = noBackslashEscapes
      return [ok(status)]
    })
    await opened.query({ sql, values, namedPlaceholders: !Array.isArray(values) })
    expect(opened.connection.noBackslashEscapes).toBe(true)
    await opened.query('SELECT ?', ["\\' OR 1"])
    expect(texts.at(-1)).toBe("SELECT '\\'' OR 1'")
    // The text that is known by then says no less.
    await opened.query({ sql, values, namedPlaceholders: !Array.isArray(values) })
    expect(opened.connection.noBackslashEscapes).toBe(true)
  })

  it('a value with a quote in it explains nothing', async () => {
    const opened = await open(({ text }) => [ok(text.startsWith('SET') ? noBackslashEscapes : 0)])
    await opened.query('SET @a = ?, sql_mode = ?', ["it's", 'NO_BACKSLASH_ESCAPES'])
    expect(opened.connection.noBackslashEscapes).toBeUndefined()
  })

  it('a flag of that mode that no SET explains makes values with a backslash uncertain, and they are refused', async () => {
    const opened = await open(() => [ok(noBackslashEscapes)])
    await opened.query('CALL p()')
    expect(opened.connection.noBackslashEscapes).toBeUndefined()
    const { error } = await opened.query('SELECT ?', ["\\' OR 1"])
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_UNSUPPORTED' })
  })
})

describe('a stream', () => {
  it('tells each of several results with its columns, and answers without rows between them', async () => {
    const more = MORE_RESULTS
    const opened = await open(() => [
      ...rows([{ name: 'a' }], [['1'], ['2']], more),
      ok(more),
      ...rows([{ name: 'b' }], [['3']], more),
      ok(),
    ])
    const { error, seen } = await opened.stream('CALL p()')
    expect(error).toBeNull()
    expect(seen).toEqual([
      ['a'],
      { a: '1' },
      { a: '2' },
      expect.objectContaining({ affectedRows: 0 }),
      ['b'],
      { b: '3' },
      expect.objectContaining({ affectedRows: 0 }),
    ])
  })

  it('an error behind its rows comes after them, and the connection goes on', async () => {
    const opened = await open(({ index }) =>
      index === 0
        ? [length(1), column({ name: 'a' }), eof(), coded('1'), failure(1317, 'Query execution was interrupted')]
        : ONE,
    )
    const { error, seen } = await opened.stream('SELECT a')
    expect(seen).toEqual([['a'], { a: '1' }])
    expect(error).toMatchObject({ errno: 1317 })
    expect((await opened.query('SELECT 1 AS one')).result).toEqual([{ one: 1 }])
  })

  it('that is paused when it ends leaves a connection that reads on', async () => {
    const opened = await open(() => ONE)
    const ended = new Promise<Error | null>((resolve) => {
      opened.connection.stream(
        { sql: 'SELECT 1 AS one' },
        {},
        {
          fields: () => undefined,
          row: () => {
            opened.connection.pause()
            setImmediate(() => opened.connection.resume())
          },
          done: resolve,
        },
      )
    })
    expect(await ended).toBeNull()
    expect((await opened.query('SELECT 1 AS one')).result).toEqual([{ one: 1 }])
  })

  it('that is paused ends with its connection', async () => {
    const opened = await open(() => [length(1), column({ name: 'a' }), eof(), coded('1')])
    const ended = new Promise<Error | null>((resolve) => {
      opened.connection.stream(
        { sql: 'SELECT a' },
        {},
        {
          fields: () => undefined,
          row: () => {
            opened.connection.pause()
            opened.connection.destroy(new Error('no more'))
          },
          done: resolve,
        },
      )
    })
    expect(await ended).toMatchObject({ message: 'no more' })
  })
})

describe('a server that asks for a local file', () => {
  /** Asks for it, and answers when it has come to its end. */
  function loading(sent: string[]): Answering {
    let parts = 0
    return ({ command, text, index }) => {
      if (index === 0) return [Buffer.from('\u00fbrows', 'latin1')]
      parts += 1
      if (command === 0 && text === '') return packet(2 + parts, ok())
      sent.push(String.fromCharCode(command) + text)
      return undefined
    }
  }

  it.each(['query', 'execute'] as const)('gets it, by %s', async (how) => {
    const sent: string[] = []
    const opened = await open(loading(sent), {
      flags: ['LOCAL_FILES'],
      infileStreamFactory: () => Readable.from(['1\n', '2\n']),
    })
    const { error, result } = await opened[how]("LOAD DATA LOCAL INFILE 'rows' INTO TABLE t")
    expect({ error, result }).toMatchObject({ error: null, result: { affectedRows: 0 } })
    expect(sent.join('')).toBe('1\n2\n')
  })

  it('gets all of it also when the loop was held up, so that less is read from the server', async () => {
    const sent: string[] = []
    const infileStreamFactory = (): Readable => {
      const until = performance.now() + 60
      while (performance.now() < until);
      return Readable.from(['1\n', '2\n'])
    }
    const opened = await open(loading(sent), { flags: ['LOCAL_FILES'], infileStreamFactory })
    expect((await opened.query("LOAD DATA LOCAL INFILE 'rows' INTO TABLE t")).error).toBeNull()
    expect(sent.join('')).toBe('1\n2\n')
  })

  it('for no statement that loads one gets nothing, and the connection ends', async () => {
    let asked = false
    const infileStreamFactory = (): Readable => {
      asked = true
      return Readable.from(['secret'])
    }
    const opened = await open(loading([]), { flags: ['LOCAL_FILES'], infileStreamFactory })
    const { error } = await opened.query('SELECT 1')
    expect(error).not.toBeNull()
    expect({ asked, alive: opened.connection.alive }).toEqual({ asked: false, alive: false })
  })
})

describe('a reset', () => {
  it('takes a changed charset back', async () => {
    const texts: string[] = []
    const opened = await open(({ command, text }) => {
      if (command === Command.query) texts.push(text)
      return [ok()]
    })
    await opened.query('SET NAMES latin1')
    await opened.query("SELECT 'é'")
    expect(await opened.order((done) => opened.connection.reset(done))).toBeNull()
    await opened.query("SELECT 'é'")
    expect(texts.slice(-1)).toEqual([Buffer.from("SELECT 'é'").toString('latin1')])
  })

  it('that a server refuses is an error, and the connection goes on', async () => {
    const opened = await open(({ command }) =>
      command === Command.reset ? [failure(1047, 'Unknown command')] : [ok()],
    )
    expect(await opened.order((done) => opened.connection.reset(done))).toMatchObject({ errno: 1047 })
    expect((await opened.query('DO 1')).error).toBeNull()
  })
})

describe('another user', () => {
  it('that is refused ends the connection', async () => {
    const opened = await open(() => [failure(1045, 'Access denied')])
    const told = await opened.order((done) => opened.connection.changeUser({ user: 'other' }, done))
    expect(told).toMatchObject({ errno: 1045 })
    expect(opened.connection.alive).toBe(false)
    expect(opened.lost).toEqual([])
  })

  it('is let in, and statements are decoded as they were', async () => {
    const opened = await open(({ command }) => (command === Command.changeUser ? [ok()] : ONE))
    const decoding = { rowsAsArray: true }
    expect((await opened.query('SELECT 1 AS one', undefined, decoding)).result).toEqual([[1]])
    expect(await opened.order((done) => opened.connection.changeUser({ user: 'other' }, done))).toBeNull()
    expect((await opened.query('SELECT 1 AS one', undefined, decoding)).result).toEqual([[1]])
  })
})
