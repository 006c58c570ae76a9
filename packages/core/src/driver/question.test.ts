import { describe, expect, it, onTestFinished } from 'vitest'

import { probeNames } from '../config/probe-names.js'
import { createPool } from '../create-pool.js'
import { type Answering, Command, RogueServer } from '../testing/rogue/rogue-server.js'
import { Column, coded, column, eof, failure, length, MORE_RESULTS, ok, packets, rows } from '../testing/rogue/wire.js'
import { answerOf, UnexpectedAnswer } from './question.js'

describe('an answer to a question of the pool’s own', () => {
  it('is rows of texts and numbers, with the names of their columns', () => {
    const result = [['a', 1, null, Buffer.from('ä'), 2n]]
    const fields = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }))
    expect(answerOf(result, fields)).toEqual({ columns: ['a', 'b', 'c', 'd', 'e'], rows: [['a', 1, null, 'ä', '2']] })
  })

  it.each<[string, unknown, unknown, string]>([
    ['OK', { affectedRows: 0 }, undefined, 'OK, and no rows'],
    ['nothing', undefined, undefined, 'OK, and no rows'],
    ['several results', [[['a']], { affectedRows: 0 }], [[{ name: 'a' }], undefined], 'several results'],
    ['a short row', [['a']], [{ name: 'a' }, { name: 'b' }], 'has not 2 values'],
    ['a row that is none', [{ a: 1 }], [{ name: 'a' }], 'has not 1 values'],
    ['an object', [[{ a: 1 }]], [{ name: 'a' }], 'neither text nor number'],
    ['a text of megabytes', [['x'.repeat(1_000_000)]], [{ name: 'a' }], 'more than 65536 characters'],
  ])('is refused when it is something else: %s', (_, result, fields, message) => {
    const answer = answerOf(result, fields)
    expect(answer).toBeInstanceOf(UnexpectedAnswer)
    expect(answer).toMatchObject({
      message: expect.stringMatching(`^it answered a question of the pool with .*${message}`) as string,
    })
  })
})

const KINDS = ['auto', ...probeNames] as const

/** Answers what the pool asks of its own so, and the rest by OK. */
function toQuestions(answer: readonly Buffer[]): Answering {
  return ({ command, text }) =>
    command === Command.query && /^(?:show|select)/i.test(text.slice(text.search(/show|select/i))) ? answer : [ok()]
}

async function poolOn(answering: Answering, probe: (typeof KINDS)[number]) {
  const server = await RogueServer.start(answering)
  const health = { probe, interval: 250, retryInterval: 100, timeout: 250 }
  const pool = createPool({
    host: server.host,
    user: 'u',
    password: 'p',
    health,
    acquireTimeout: 300,
    connectTimeout: 500,
  })
  onTestFinished(async () => {
    // A server that is gone is not waited for.
    await server.stop()
    await pool.end()
  })
  const outcome = await pool.query('DO 1').then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code,
  )
  for (let round = 0; round < 400 && pool.status().hosts[0]?.state !== 'down'; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { pool, outcome, host: pool.status().hosts[0] }
}

describe.each(KINDS)('a server that answers the %s probe with nonsense', (probe) => {
  it.each<[string, readonly Buffer[], RegExp]>([
    ['OK', [ok()], /it answered a question of the pool with OK, and no rows/],
    ['an error', [failure(1105, 'no\u001B[2J')], /^no \[2J$/],
    ['a column that nothing asks for', rows([{ name: 'x' }], [['1'], [null], ['99999999999999999999999999']]), /./],
    ['numbers for names', rows([{ type: Column.longlong }, { name: 'b', type: Column.longlong }], [['1', '2']]), /./],
    ['several results', [...rows([{}], [['1']], MORE_RESULTS), ok()], /several results|no rows/],
    ['a JSON value', rows([{ type: Column.json }, { name: 'b' }], [['{"a":1}', '1']]), /neither text nor number/],
    ['JSON that is none', rows([{ type: Column.json }], [['{']]), /./],
    ['a text of a megabyte', rows([{}, { name: 'b' }], [['READ_ONLY', 'x'.repeat(1_000_000)]]), /65536 characters/],
    [
      'rows without end',
      [length(1), column(), eof(), ...Array.from({ length: 30_000 }, () => coded('x'))],
      /20000 values/,
    ],
    ['bytes', [length(1), column({ charset: 63 }), eof(), coded(Buffer.from([0xff, 0xfe, 0, 1])), eof()], /./],
  ])('is not used, and says why: %s', async (_, answer, reason) => {
    const { outcome, host } = await poolOn(toQuestions(answer), probe)
    // Served before the probe was answered, or refused.
    expect(outcome).toMatch(/^(?:done|ERR_HOSTPOOL_)/)
    expect(host).toMatchObject({ state: 'down', reason: expect.stringMatching(reason) as string })
    expect(host?.reason.length).toBeLessThan(1100)
  })
})

describe('a server that reports megabytes', () => {
  it('has a reason that can be read', async () => {
    const { host } = await poolOn(() => packets(1, [failure(1105, Buffer.alloc(1_000_000, 'x'))]), 'plain')
    expect(host?.reason.length).toBeLessThan(1100)
  })
})
