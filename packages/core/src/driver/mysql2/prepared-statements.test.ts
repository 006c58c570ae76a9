import { describe, expect, it, onTestFinished } from 'vitest'

import type { PoolOptions } from '../../config/options.js'
import { OpenConnection } from '../../testing/rogue/open-connection.js'
import { Command, type Request } from '../../testing/rogue/rogue-server.js'
import { ServerStatus } from '../port.js'
import { coded, column, eof, failure, length, ok, prepared, rows, STATE_CHANGED } from '../../testing/rogue/wire.js'

const COLUMNS = [{ name: 'a' }]
const BINARY = [length(1), column(COLUMNS[0]), eof(), Buffer.concat([Buffer.from([0, 0]), coded('as prepared')]), eof()]

/** A server of prepared statements, and what it was asked for. */
class Preparing {
  readonly asked: string[] = []
  /** Answers in place of the server. */
  refuse: (request: Request) => Buffer | undefined = () => undefined
  /** Bits of the status flags of all answers. */
  status = 0
  #prepared = 0

  /** @param beside - a connection of the same pool to the same server */
  async open(options: PoolOptions = {}, beside?: OpenConnection): Promise<OpenConnection> {
    const opened = await (beside?.another() ?? OpenConnection.open((request) => this.#answer(request), options))
    onTestFinished(() => opened.stop())
    return opened
  }

  #answer(request: Request): readonly Buffer[] | undefined {
    const { command, text } = request
    const id = text.charCodeAt(0)
    if (command === Command.prepare) this.asked.push(`prepare ${text}`)
    else if (command === Command.execute) this.asked.push(`execute ${id}`)
    else if (command === Command.close) this.asked.push(`close ${id}`)
    else if (command === Command.query) this.asked.push(`query ${text}`)
    const refusal = this.refuse(request)
    if (refusal !== undefined) return [refusal]
    switch (command) {
      case Command.prepare:
        this.#prepared += 1
        return prepared(this.#prepared, COLUMNS, text.split('?').length - 1)
      case Command.execute:
        return BINARY
      case Command.close:
        return undefined
      case Command.query:
        return text.startsWith('SELECT') ? rows(COLUMNS, [['as text']], this.status) : [ok(STATE_CHANGED | this.status)]
      default:
        return [ok()]
    }
  }
}

const AS_PREPARED = [{ a: 'as prepared' }]
const AS_TEXT = [{ a: 'as text' }]

describe.each([
  [1243, 'Unknown prepared statement handler'],
  [1615, 'Prepared statement needs to be re-prepared'],
])('a statement that the server refuses with %i', (errno, message) => {
  it('is prepared anew and run, the first time and later', async () => {
    const server = new Preparing()
    const opened = await server.open()
    const sql = `SELECT ? AS a /* ${errno} */`
    for (let time = 0; time < 3; time += 1) {
      let refused = false
      server.refuse = ({ command }) => {
        if (command !== Command.execute || refused) return undefined
        refused = true
        return failure(errno, message)
      }
      expect((await opened.execute(sql, ['x'])).result).toEqual(AS_PREPARED)
    }
    const ids = server.asked.filter((one) => one.startsWith('execute')).map((one) => Number(one.slice(8)))
    expect(ids).toEqual([1, 2, 2, 3, 3, 4])
  })

  it.each([
    ['values by names', { sql: `SELECT :v AS a /* ${errno} */`, values: { v: 'x' } }, { namedPlaceholders: true }],
    ['names of its own', { sql: `SELECT :v AS a /* ${errno} */`, values: { v: 'x' }, namedPlaceholders: true }, {}],
    ['rows as lists', { sql: `SELECT ? AS a /* ${errno} */`, values: ['x'], rowsAsArray: true }, {}],
    ['a typeCast', { sql: `SELECT ? AS a /* ${errno} */`, values: ['x'], typeCast: true }, {}],
  ])('is prepared anew where it has %s', async (_, statement, decoding) => {
    const server = new Preparing()
    const opened = await server.open()
    expect((await opened.execute(statement, undefined, decoding)).error).toBeNull()
    let refused: number | undefined
    server.refuse = ({ command, text }) => {
      const id = text.charCodeAt(0)
      if (command !== Command.execute || (refused !== undefined && refused !== id)) return undefined
      refused = id
      return failure(errno, message)
    }
    for (let time = 0; time < 2; time += 1) {
      expect((await opened.execute(statement, undefined, decoding)).error).toBeNull()
    }
  })

  it('again and again is an error in the end, and the connection goes on', async () => {
    const server = new Preparing()
    const opened = await server.open()
    server.refuse = ({ command }) => (command === Command.execute ? failure(errno, message) : undefined)
    expect((await opened.execute('SELECT 1 AS a')).error).toMatchObject({ errno })
    expect(server.asked.filter((one) => one.startsWith('execute'))).toHaveLength(3)
    server.refuse = () => undefined
    expect((await opened.execute('SELECT 1 AS a')).result).toEqual(AS_PREPARED)
  })

  it('out of a procedure, which may have done its work, is not run again; the next call works', async () => {
    const server = new Preparing()
    const opened = await server.open()
    for (const sql of [
      'CALL work()',
      'BEGIN NOT ATOMIC CALL work(); END',
      '/*! CALL work() */',
      'EXECUTE IMMEDIATE ?',
    ]) {
      server.asked.length = 0
      server.refuse = ({ command }) => (command === Command.execute ? failure(errno, message) : undefined)
      expect((await opened.execute(sql)).error).toMatchObject({ errno })
      expect(server.asked.filter((one) => one.startsWith('execute'))).toHaveLength(1)
      server.refuse = () => undefined
      expect((await opened.execute(sql)).result).toEqual(AS_PREPARED)
    }
  })

  it('sent as text is just an error', async () => {
    const server = new Preparing()
    const opened = await server.open()
    server.refuse = () => failure(errno, message)
    expect((await opened.query('EXECUTE gone')).error).toMatchObject({ errno })
    expect(server.asked).toEqual(['query EXECUTE gone'])
  })
})

describe('where the server has no room for one more', () => {
  const full = failure(1461, "Can't create more than max_prepared_stmt_count statements")

  it('half of the connection’s own are closed first, and the statement is prepared', async () => {
    const server = new Preparing()
    const opened = await server.open()
    for (let one = 1; one <= 4; one += 1) await opened.execute(`SELECT ${one} AS a`)
    let refused = false
    server.refuse = ({ command }) => {
      if (command !== Command.prepare || refused) return undefined
      refused = true
      return full
    }
    expect((await opened.execute('SELECT 5 AS a')).result).toEqual(AS_PREPARED)
    await opened.query('SELECT 6 AS a')
    const after = server.asked.slice(server.asked.indexOf('prepare SELECT 5 AS a'))
    // The least recently used ones, and one more that the new one takes the place of.
    expect(after).toEqual([
      'prepare SELECT 5 AS a',
      'close 1',
      'close 2',
      'prepare SELECT 5 AS a',
      'execute 5',
      'close 3',
      'query SELECT 6 AS a',
    ])
  })

  it('and none of its own to close, it goes as text', async () => {
    const server = new Preparing()
    const opened = await server.open()
    server.refuse = ({ command }) => (command === Command.prepare ? full : undefined)
    expect((await opened.execute('SELECT ? AS a', ["it's"])).result).toEqual(AS_TEXT)
    expect(server.asked.at(-1)).toBe("query SELECT 'it\\'s' AS a")
    // The server is not asked again for a while.
    server.asked.length = 0
    expect((await opened.execute('SELECT ? AS a', ['y'])).result).toEqual(AS_TEXT)
    expect(server.asked).toEqual(["query SELECT 'y' AS a"])
  })

  it('and another connection is preparing one meanwhile, that one is closed after its use', async () => {
    const server = new Preparing()
    const first = await server.open()
    const second = await server.open({}, first)
    let running: Promise<unknown> | undefined
    server.refuse = ({ command, text }) => {
      if (command !== Command.prepare || text !== 'SELECT 1 AS a') return undefined
      // The second connection has sent its statement, and has no answer yet.
      running = second.execute('SELECT 2 AS a')
      return full
    }
    expect((await first.execute('SELECT 1 AS a')).result).toEqual(AS_TEXT)
    await running
    await second.query('SELECT 3 AS a')
    expect(server.asked.filter((asked) => asked.startsWith('close'))).toHaveLength(1)
  })

  it('and backslashes escape nothing, values are written so', async () => {
    const server = new Preparing()
    server.status = ServerStatus.noBackslashEscapes
    const opened = await server.open()
    await opened.query('SET sql_mode = 1')
    server.refuse = ({ command }) => (command === Command.prepare ? full : undefined)
    for (let time = 0; time < 3; time += 1) await opened.execute('SELECT ? AS a', ["\\' OR 1"])
    expect(server.asked.filter((one) => one.startsWith('query SELECT'))).toEqual(
      Array.from({ length: 3 }, () => "query SELECT '\\'' OR 1' AS a"),
    )
  })

  it('for a statement of a procedure that has begun, nothing is run again', async () => {
    const server = new Preparing()
    const opened = await server.open()
    server.refuse = ({ command }) => (command === Command.execute ? full : undefined)
    expect((await opened.execute('CALL work()')).error).toMatchObject({ errno: 1461 })
    expect(server.asked).toEqual(['prepare CALL work()', 'execute 1'])
  })

  it('a value that is no parameter is refused all the same', async () => {
    const server = new Preparing()
    const opened = await server.open()
    server.refuse = ({ command }) => (command === Command.prepare ? full : undefined)
    await opened.execute('SELECT ? AS a', ['x'])
    expect((await opened.execute('SELECT ? AS a', [undefined])).error).toBeInstanceOf(TypeError)
    expect((await opened.execute('SELECT ? AS a', { id: 1 })).error).toBeInstanceOf(TypeError)
    expect(opened.connection).toMatchObject({ alive: true, mayHaveRun: false })
  })
})

describe('prepared statements', () => {
  it('of a session that has changed are prepared anew', async () => {
    const server = new Preparing()
    const opened = await server.open()
    const sql = 'SELECT b AS a FROM one'
    await opened.execute(sql)
    await opened.execute(sql)
    await opened.query('USE other')
    await opened.execute(sql)
    expect(server.asked).toEqual([
      `prepare ${sql}`,
      'execute 1',
      'execute 1',
      'query USE other',
      'close 1',
      `prepare ${sql}`,
      'execute 2',
    ])
  })

  it.each(['USE other', 'use `other`', '/* now */ USE other', "SET sql_mode = ''", 'USE other; SELECT 1 AS a'])(
    'are prepared anew after %s also where the server reports no change',
    async (sql) => {
      const server = new Preparing()
      const opened = await server.open()
      server.refuse = ({ command }) => (command === Command.query ? ok() : undefined)
      const asked = 'SELECT d AS a FROM one'
      for (let time = 0; time < 2; time += 1) await opened.execute(asked)
      await opened.query(sql)
      for (let time = 0; time < 2; time += 1) await opened.execute(asked)
      expect(server.asked.filter((one) => one === `prepare ${asked}`)).toHaveLength(2)
    },
  )

  it.each([
    ['a reset', (opened: OpenConnection) => opened.order((done) => opened.connection.reset(done))],
    [
      'a change of user',
      (opened: OpenConnection) => opened.order((done) => opened.connection.changeUser({ user: 'other' }, done)),
    ],
  ])('are prepared anew after %s', async (_, change) => {
    const server = new Preparing()
    const opened = await server.open()
    const sql = 'SELECT c AS a FROM one'
    await opened.execute(sql)
    expect(await change(opened)).toBeNull()
    expect((await opened.execute(sql)).result).toEqual(AS_PREPARED)
    expect(server.asked.filter((one) => one === `prepare ${sql}`)).toHaveLength(2)
    expect(server.asked.at(-1)).toBe('execute 2')
  })

  it('are no more than the option says', async () => {
    const server = new Preparing()
    const opened = await server.open({ maxPreparedStatements: 2 })
    for (let one = 1; one <= 4; one += 1) await opened.execute(`SELECT ${one} AS a`)
    await opened.query('SELECT 1 AS a')
    expect(server.asked.filter((each) => each.startsWith('close'))).toEqual(['close 1', 'close 2'])
  })
})
