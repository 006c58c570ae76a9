import { describe, expect, it } from 'vitest'

import { errorWords, eventWords } from './event-words.js'
import { type StatementFacts, statementWords } from './statement-words.js'

const poolName = 'shop'

describe('events in words', () => {
  it('name the host, and why', () => {
    const told = [
      eventWords.hostAdded({ poolName, host: 'db4:3306', origin: 'discovered' }),
      eventWords.hostAdded({ poolName, host: 'db4:3306', origin: 'configured' }),
      eventWords.hostRemoved({ poolName, host: 'db4:3306', reason: 'it left its cluster' }),
      eventWords.hostDown({ poolName, host: 'db2:3306', reason: 'it did not answer' }),
      eventWords.hostUp({ poolName, host: 'db2:3306', reason: '' }),
    ]
    expect(told.map(({ level, text }) => `${level}: ${text}`)).toEqual([
      'plain: db4:3306 is a host of the pool now: discovery has found it',
      'plain: db4:3306 is a host of the pool now',
      'odd: db4:3306 is no host of the pool any more: it left its cluster',
      'bad: db2:3306 is down: it did not answer',
      'good: db2:3306 is up',
    ])
  })

  it('tell where the application took a connection that it keeps', () => {
    const stack = `Error
    at Hostpool.getConnection (/srv/node_modules/@mysql-hostpool/core/dist/index.js:10:3)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at placeOrder (/srv/src/orders.ts:31:22)
    at handle (/srv/src/server.ts:8:1)`
    expect(eventWords.leak({ poolName, host: 'db1:3306', held: 31_000, stack }).text).toBe(
      'A connection to db1:3306 has been checked out for 31 s; it was taken at placeOrder (/srv/src/orders.ts:31:22)',
    )
    expect(eventWords.leak({ poolName, host: 'db1:3306', held: 31_000, stack: '' }).text).not.toContain('taken')
  })

  it('tell timeouts as one event, however many callers waited', () => {
    const [one, two] = [0, 12].map((waiting) => eventWords.acquireTimeout({ poolName, waited: 10_000, waiting }))
    expect([one?.text, two?.text]).toEqual([
      'A caller got no connection within 10 s',
      'A caller got no connection within 10 s; 12 others waited',
    ])
    expect(one?.key).toBe(two?.key)
  })

  it('tell no message of an error: it may cite values', () => {
    const denied = Object.assign(new Error("Access denied for user 'app'; secret"), {
      code: 'ER_ACCESS_DENIED_ERROR',
      errno: 1045,
    })
    const socket = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', errno: -111 })
    expect([denied, socket, new TypeError('secret')].map(errorWords)).toEqual([
      'ER_ACCESS_DENIED_ERROR (1045)',
      'ECONNREFUSED',
      'TypeError',
    ])
  })
})

const first = { host: 'db1', at: 0, cause: 'first' } as const

function statement(known: Partial<StatementFacts>): StatementFacts {
  return {
    sql: "DELETE FROM t WHERE name = 'x'",
    verb: 'delete',
    sent: [first],
    outcome: 'done',
    errorType: undefined,
    host: 'db1',
    ...known,
  }
}

describe('statements in words', () => {
  it.each([
    { known: {}, text: undefined },
    { known: { outcome: 'failed' as const, errorType: '1062' }, text: undefined },
    { known: { sent: [], outcome: 'failed' as const }, text: undefined },
    {
      known: { sent: [first, { host: 'db2', at: 1, cause: 'hedge' as const }] },
      text: 'A DELETE was asked of db2 too: db1 gave no answer',
    },
    {
      known: { verb: 'insert', sent: [first, { host: 'db2', at: 1, cause: 'readOnly' as const }] },
      text: 'An INSERT was sent again, to db2: db1 takes no writes',
    },
    {
      known: {
        outcome: 'failed' as const,
        errorType: '1213',
        sent: [first, { host: 'db1', at: 1, cause: 'conflict' as const }],
      },
      text: 'A DELETE was sent again, to db1: on db1 another transaction came first, and failed (1213)',
    },
    { known: { outcome: 'unknown' as const }, text: 'A DELETE may or may not have run on db1' },
    // The first word of a text that is no SQL may be anything.
    { known: { verb: "x'secret", outcome: 'unknown' as const }, text: 'A statement may or may not have run on db1' },
  ])('$text', ({ known, text }) => {
    expect(statementWords(statement(known), false)?.text).toBe(text)
  })

  it('show their text when that is asked for, in one line of some length', () => {
    const sql = `SELECT\n\t1 -- ${'x'.repeat(1000)}`
    const text = statementWords(statement({ sql, outcome: 'unknown' }), true)?.text
    expect(text).toMatch(/^“SELECT 1 -- x+…” may or may not have run on db1$/)
    expect(text?.length).toBeLessThan(260)
  })
})
