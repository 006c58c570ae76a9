import { describe, expect, it, onTestFinished } from 'vitest'

import { OpenConnection } from '../../../testing/rogue/open-connection.js'
import { Command, type Request } from '../../../testing/rogue/rogue-server.js'
import {
  coded,
  eof,
  length,
  MORE_RESULTS,
  packets,
  prepared,
  small,
  STATE_CHANGED,
} from '../../../testing/rogue/wire.js'
import { ServerStatus } from '../../port.js'

const DECODING = {}

interface OkOptions {
  readonly rows?: number
  readonly key?: number
  readonly status?: number
  readonly warnings?: number
  /** What comes behind the warnings. */
  readonly rest?: Buffer
}

/** An answer without rows, as the bytes behind its header. */
function ok({ rows = 0, key = 0, status = 0, warnings = 0, rest = Buffer.alloc(0) }: OkOptions): Buffer {
  return Buffer.concat([
    Buffer.from([0]),
    length(rows),
    length(key),
    small(ServerStatus.autocommit | status),
    small(warnings),
    rest,
  ])
}

/** A server that answers each statement as it is told to; `pieces` is where the bytes of an answer are cut. */
class Telling {
  contents: readonly Buffer[] = [ok({})]
  pieces: readonly number[] = []

  async open(): Promise<OpenConnection> {
    const opened = await OpenConnection.open((request, socket) => {
      const contents = this.#tell(request)
      if (contents === undefined || this.pieces.length === 0 || request.command === Command.prepare) return contents
      const bytes = packets(1, contents)
      const cuts = [0, ...this.pieces, bytes.length]
      for (const [index, from] of cuts.slice(0, -1).entries()) {
        setTimeout(() => socket.write(bytes.subarray(from, cuts[index + 1])), index)
      }
      return undefined
    })
    onTestFinished(() => opened.stop())
    return opened
  }

  #tell({ command }: Request): readonly Buffer[] | undefined {
    if (command === Command.prepare) return prepared(1, [], 0)
    return command === Command.close ? undefined : this.contents
  }
}

let texts = 0

/** A text that has not been sent before: what is known of a text is known to all connections. */
function newText(): string {
  texts += 1
  return `DELETE FROM plain_${texts}`
}

describe.each(['query', 'execute'] as const)('a write that has been sent before, by %s,', (how) => {
  it.each([
    ['no row', [ok({})]],
    ['some rows', [ok({ rows: 7 })]],
    ['250 rows', [ok({ rows: 250 })]],
    ['251 rows', [ok({ rows: 251 })]],
    ['70,000 rows', [ok({ rows: 70_000 })]],
    ['a key', [ok({ rows: 1, key: 5 })]],
    ['a large key', [ok({ rows: 1, key: 70_000 })]],
    ['warnings', [ok({ rows: 1, warnings: 65_535 })]],
    ['a transaction that is open', [ok({ rows: 1, status: ServerStatus.inTransaction })]],
    ['a text', [ok({ rows: 2, rest: coded('Rows matched: 2  Changed: 1  Warnings: 0') })]],
    ['an empty text', [ok({ rest: coded('') })]],
    ['a text of 243 characters', [ok({ rest: coded('x'.repeat(243)) })]],
    ['a text of 251 characters', [ok({ rest: coded('x'.repeat(251)) })]],
    ['a text beyond ASCII', [ok({ rest: coded('Zeilen geändert, changed: 5') })]],
    ['a text with a new line', [ok({ rest: coded('a\n Changed: 7') })]],
    ['a text with a large number', [ok({ rest: coded(`x Changed: ${'9'.repeat(20)}`) })]],
    ['a text and more behind it', [ok({ rest: Buffer.concat([coded('abc'), Buffer.from([0])]) })]],
    ['a text and another result', [ok({ rest: coded('abc'), status: MORE_RESULTS }), ok({ rows: 2 })]],
    ['a text and a change of the session', [ok({ status: STATE_CHANGED, rest: coded('abc') })]],
    ['a change of the session without its name', [ok({ status: STATE_CHANGED })]],
    ['two results', [ok({ rows: 1, status: MORE_RESULTS }), ok({ rows: 2 })]],
  ])('is answered as the first time, with %s', async (_, contents) => {
    const server = new Telling()
    const opened = await server.open()
    const sql = newText()
    // Whatever it is answered with later: the first answers teach what a header is.
    for (let time = 0; time < 2; time += 1) await opened[how](sql, undefined, DECODING)
    server.contents = contents
    const first = await opened[how](newText(), undefined, DECODING)
    const { serverStatus, warningCount } = opened.connection
    for (const pieces of [[], [], [4], [1, 5, 9], []]) {
      server.pieces = pieces
      const again = await opened[how](sql, undefined, DECODING)
      expect(again).toEqual(first)
      expect(JSON.stringify(again.result)).toBe(JSON.stringify(first.result))
      expect(Object.getPrototypeOf(again.result)).toBe(Object.getPrototypeOf(first.result))
      expect(again.fields).toEqual(first.fields)
      expect([opened.connection.serverStatus, opened.connection.warningCount]).toEqual([serverStatus, warningCount])
    }
    expect(opened.lost).toEqual([])
  })

  it('leaves nothing to the statement that comes next', async () => {
    const server = new Telling()
    const opened = await server.open()
    const sql = newText()
    for (let time = 0; time < 3; time += 1) await opened[how](sql, undefined, DECODING)
    server.contents = [ok({ rows: 3 })]
    const answers = []
    for (let time = 0; time < 20; time += 1) answers.push(await opened[how](sql, undefined, DECODING))
    expect(answers.map(({ result }) => (result as { affectedRows: number }).affectedRows)).toEqual(Array(20).fill(3))
  })

  it.each([
    ['behind the answer', [ok({ rows: 1 }), ok({ rows: 2 })]],
    ['that is cut short', [Buffer.from([0, 1, 0])]],
    ['that is the end of rows', [eof()]],
  ])('does not take a packet %s for its own', async (_, contents) => {
    const server = new Telling()
    const opened = await server.open()
    const sql = newText()
    for (let time = 0; time < 3; time += 1) await opened[how](sql, undefined, DECODING)
    server.contents = contents
    await opened[how](sql, undefined, DECODING)
    await expect.poll(() => opened.connection.alive).toBe(false)
  })
})
