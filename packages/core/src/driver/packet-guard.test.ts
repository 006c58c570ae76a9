import { createConnection } from 'mysql2'
import { describe, expect, it, onTestFinished } from 'vitest'

import { type Answering, Command, type RogueOptions, RogueServer } from '../simulation/rogue/rogue-server.js'
import { Column, coded, column, eof, failure, length, long, MORE_RESULTS, ok, packet, packets, prepared, rows, STATE_CHANGED } from '../simulation/rogue/wire.js'
import type { RawConnection } from './mysql2-internals.js'
import { guardPackets } from './packet-guard.js'

interface Outcome {
  error: (Error & { code?: string }) | null
  result?: unknown
  /** Longest time in which the loop did nothing else, in milliseconds. */
  blocked: number
}

interface Trial extends RogueOptions {
  readonly prepare?: boolean
  readonly sql?: string
  readonly values?: unknown[]
  readonly config?: object
}

/** One statement on a watched connection to a server that answers so. */
async function ask(answer: Answering | readonly Buffer[] | Buffer, trial: Trial = {}): Promise<Outcome> {
  const answering: Answering = typeof answer === 'function' ? answer : () => answer as Buffer
  const server = await RogueServer.start(answering, trial)
  onTestFinished(() => server.stop())
  const raw = createConnection({ host: '127.0.0.1', port: server.port, user: 'u', password: 'p', ...trial.config }) as unknown as RawConnection
  const outcome: Outcome = { error: null, blocked: 0 }
  const violations: Error[] = []
  guardPackets(raw, (error) => violations.push(error))
  onTestFinished(() => raw.destroy())
  let last = performance.now()
  const timer = setInterval(() => {
    outcome.blocked = Math.max(outcome.blocked, performance.now() - last - 5)
    last = performance.now()
  }, 5)
  onTestFinished(() => clearInterval(timer))
  await new Promise<void>((resolve) => {
    let settled = false
    const settle = (error: Error | null, result?: unknown): void => {
      if (settled) return
      settled = true
      outcome.error = error
      outcome.result = result
      resolve()
    }
    raw.on('error', settle)
    if (trial.prepare === true) raw.execute({ sql: trial.sql ?? 'SELECT ?', values: trial.values ?? [1] }, settle)
    else raw.query(trial.sql ?? 'SELECT 1', undefined, settle)
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(violations.length).toBeLessThanOrEqual(1)
  if (violations.length > 0) expect(outcome.error).toBe(violations[0])
  return outcome
}

function expectViolation({ error, blocked }: Outcome, message: string): void {
  expect(error).toMatchObject({ code: 'PROTOCOL_VIOLATION', fatal: true, message: expect.stringContaining(message) as string })
  expect(blocked).toBeLessThan(500)
}

describe('what a right server sends', () => {
  it('passes: rows, several answers, an error, an OK with changes of the session', async () => {
    const answer = [...rows([{}, { type: Column.long, name: 'b' }], [['x', '5'], [null, '-7']], MORE_RESULTS), ok()]
    const { error, result } = await ask(answer, { config: { multipleStatements: true } })
    expect(error).toBeNull()
    expect(result).toMatchObject([[{ a: 'x', b: 5 }, { a: null, b: -7 }], { affectedRows: 0 }])
    expect((await ask([failure(1064, 'You have an error')])).error).toMatchObject({ errno: 1064 })
    const changes = coded(Buffer.concat([Buffer.from([0]), coded(Buffer.concat([coded('autocommit'), coded('ON')])), Buffer.from([1]), coded(coded('shop'))]))
    const changed = await ask([ok(STATE_CHANGED, Buffer.concat([coded('info'), changes]))])
    expect(changed.result).toMatchObject({ info: 'info', stateChanges: { schema: 'shop', systemVariables: { autocommit: 'ON' } } })
  })

  it('passes as the answer to a prepared statement', async () => {
    const binary = [length(1), column({ type: Column.long }), eof(), Buffer.from([0, 0, 7, 0, 0, 0]), eof()]
    const { error, result } = await ask(({ command }) => (command === Command.prepare ? prepared(1, [{}], 1) : binary), { prepare: true })
    expect(error).toBeNull()
    expect(result).toEqual([{ a: 7 }])
  })
})

describe('a number that decides how much is done', () => {
  it.each<[string, Buffer[], string]>([
    ['columns without end', [long(2n ** 53n), ...Array.from({ length: 100 }, () => column())], '0xfe'],
    ['16 million columns', [length(0xff_ffff)], '0xfd'],
    ['5000 columns', [length(5000)], '5000 columns'],
    ['an integer of 2^32 digits', [length(1), column({ type: Column.long }), eof(), long(2n ** 32n), eof()], 'digits'],
    ['an integer of 2^63 digits', [length(1), column({ type: Column.long }), eof(), long(2n ** 63n), eof()], 'digits'],
    ['a cell beyond its row', [length(1), column(), eof(), length(60_000), eof()], 'a row do not fit'],
    ['a name beyond its column', [length(1), Buffer.concat([Buffer.from('\u0003def\u0000\u0000\u0000', 'latin1'), length(200), Buffer.alloc(30)]), Buffer.alloc(400)], 'description of a column'],
    ['changes of the session beyond the answer', [ok(STATE_CHANGED, Buffer.concat([coded(''), length(60_000)]))], 'without rows'],
    ['a change of the session beyond the others', [ok(STATE_CHANGED, Buffer.concat([coded(''), coded(Buffer.concat([Buffer.from([1]), length(200)]))]))], 'without rows'],
    ['a text beyond its change of the session', [ok(STATE_CHANGED, Buffer.concat([coded(''), coded(Buffer.concat([Buffer.from([1]), coded(length(60_000))]))]))], 'without rows'],
    ['an info beyond the answer', [ok(0, long(2n ** 62n))], 'without rows'],
    ['an empty answer', [Buffer.alloc(0)], 'is empty'],
    ['no end of the columns', [length(1), column(), column()], 'do not end'],
  ])('is refused: %s', async (_, answer, message) => {
    expectViolation(await ask(answer), message)
  })

  it.each<[string, number, number, string]>([
    ['more columns than there can be', 5000, 1, '5000 columns'],
    ['more parameters than question marks', 1, 65_535, '65535 parameters'],
  ])('is refused in a preparation: %s', async (_, columns, parameters, message) => {
    const header = Buffer.alloc(12)
    header[1] = 1
    header.writeUInt16LE(columns, 5)
    header.writeUInt16LE(parameters, 7)
    expectViolation(await ask([header], { prepare: true }), message)
  })
})
