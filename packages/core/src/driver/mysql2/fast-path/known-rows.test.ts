import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { OpenConnection } from '../../../testing/rogue/open-connection.js'
import { Command } from '../../../testing/rogue/rogue-server.js'
import { coded, Column, column, eof, failure, length, MORE_RESULTS, ok, packet } from '../../../testing/rogue/wire.js'
import { prepared, small } from '../../../testing/rogue/wire.js'

const COLUMNS = [{ name: 'a' }, { name: 'b', type: Column.json }, { name: 'c', type: Column.long }]
const DECODING = {}
const HEAD = [length(COLUMNS.length), ...COLUMNS.map(column), eof()]

/** A packet behind the head of an answer, and how far its number is from the right one. */
interface Sent {
  readonly payload: Buffer
  readonly numberOff: number
}

/** A row as text, or as a prepared statement has it: a zero, a map of what is NULL, and the values. */
function row(prepares: boolean, a: Buffer, b: Buffer, c: number): Buffer {
  const number = Buffer.alloc(4)
  number.writeInt32LE(c)
  return prepares
    ? Buffer.concat([Buffer.from([0, 0]), coded(a), coded(b), number])
    : Buffer.concat([coded(a), coded(b), coded(String(c))])
}

function rowsOf(prepares: boolean): fc.Arbitrary<Buffer> {
  const text = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  const json = fc.oneof({ weight: 9, arbitrary: fc.json() }, fc.constant('{"cut')).map((value) => Buffer.from(value))
  const whole = fc.tuple(text, json, fc.integer()).map(([a, b, c]) => row(prepares, a, b, c >> 0))
  const broken = fc.tuple(whole, fc.nat(40)).map(([bytes, left]) => bytes.subarray(0, left))
  return fc.oneof({ weight: 12, arbitrary: whole }, broken)
}

/** The packets behind the head: mostly rows and their end, and what a server may send in their place. */
function restsOf(prepares: boolean): fc.Arbitrary<readonly Sent[]> {
  const off = fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 255 }))
  const end = fc.constantFrom(
    [eof()],
    [eof()],
    [eof(0x0001)],
    [Buffer.concat([eof(), Buffer.from([1])])],
    [eof(MORE_RESULTS), ok()],
    [failure(1317, 'Query execution was interrupted')],
    // Where a row may be, these bytes of an error would fit one.
    [Buffer.concat([Buffer.from([0xff, 0x00, 0x01, 0x41, 0x01, 0x31]), small(7), small(0)])],
    [Buffer.concat([Buffer.from([0xfe]), small(7), small(2)])],
    [eof(), eof()],
    [Buffer.alloc(0), eof()],
  )
  return fc.tuple(fc.array(rowsOf(prepares), { maxLength: 6 }), end).chain(([all, last]) => {
    const payloads = [...all, ...last]
    return fc
      .array(off, { minLength: payloads.length, maxLength: payloads.length })
      .map((offs) => payloads.map((payload, index) => ({ payload, numberOff: offs[index] ?? 0 })))
  })
}

function bytesOf(rest: readonly Sent[]): Buffer {
  const first = HEAD.length + 1
  return Buffer.concat([
    ...HEAD.map((payload, index) => packet(index + 1, payload)),
    ...rest.map(({ payload, numberOff }, index) => packet(first + index + numberOff, payload)),
  ])
}

let texts = 0

describe.each(['query', 'execute'] as const)('the rows of a statement that has been sent before, by %s,', (how) => {
  const usual = bytesOf([
    { payload: row(how === 'execute', Buffer.from('x'), Buffer.from('[1]'), 7), numberOff: 0 },
    { payload: eof(), numberOff: 0 },
  ])

  /** What a connection told of an answer that came in two pieces, after the usual answer had come twice. */
  async function told(answer: Buffer, cut: number, fastPath: boolean): Promise<unknown> {
    texts += 1
    const sql = `SELECT a, b, c FROM known_rows_${texts}`
    let served = 0
    const opened = await OpenConnection.open(
      ({ command }, socket) => {
        if (command === Command.prepare) return prepared(1, COLUMNS, 0)
        if (command !== Command.query && command !== Command.execute) return undefined
        served += 1
        if (served < 3) return usual
        socket.write(answer.subarray(0, cut))
        // The client reads the first piece between the two.
        if (cut < answer.length) setImmediate(() => setImmediate(() => socket.write(answer.subarray(cut))))
        return undefined
      },
      { fastPath },
    )
    try {
      for (let time = 0; time < 2; time += 1) {
        expect((await opened[how](sql, undefined, DECODING)).result).toEqual([{ a: 'x', b: [1], c: 7 }])
      }
      const { error, result, fields } = await opened[how](sql, undefined, DECODING)
      const { connection } = opened
      return {
        // Some messages of Node name a place in the chunk.
        error: error && [error['code'], error['errno'], error['fatal'], error.message.replaceAll(/\d+/g, 'n')],
        result,
        fields: fields?.map((column: unknown) => (Array.isArray(column) ? column.length : typeof column)),
        status: connection.serverStatus,
        warnings: connection.warningCount,
      }
    } finally {
      await opened.stop()
    }
  }

  it('are read as mysql2 reads them, whatever a server sends and wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(restsOf(how === 'execute'), fc.double({ min: 0, max: 1, noNaN: true }), async (rest, part) => {
        const answer = bytesOf(rest)
        const cut = part < 0.5 ? answer.length : Math.floor((part - 0.5) * 2 * answer.length)
        expect(await told(answer, cut, true)).toEqual(await told(answer, cut, false))
      }),
      { numRuns: 120 },
    )
  })

  it('are read the same wherever they are cut', async () => {
    const some = [
      row(how === 'execute', Buffer.from('first'), Buffer.from('{"a":1}'), 1),
      row(how === 'execute', Buffer.from('second'), Buffer.from('2'), 2),
      eof(),
    ]
    const answer = bytesOf(some.map((payload) => ({ payload, numberOff: 0 })))
    const whole = await told(answer, answer.length, false)
    const from = answer.length - some.reduce((sum, { length: bytes }) => sum + 4 + bytes, 0)
    for (let cut = from - 4; cut < answer.length; cut += 1) {
      expect(await told(answer, cut, true), `cut at ${cut}`).toEqual(whole)
    }
  })

  it('are all there when their numbers begin anew after 255', async () => {
    const many = Array.from({ length: 600 }, (_, index) =>
      row(how === 'execute', Buffer.from('x'), Buffer.from('1'), index),
    )
    const answer = bytesOf([...many, eof()].map((payload) => ({ payload, numberOff: 0 })))
    const seen = (await told(answer, answer.length, true)) as { readonly result: readonly unknown[] }
    expect(seen.result).toHaveLength(600)
    expect(seen).toEqual(await told(answer, answer.length, false))
  })
})
