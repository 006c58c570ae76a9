import { describe, expect, it } from 'vitest'

import { SessionWorld } from '../testing/session-world.js'
import { refusal } from '../testing/scripted-driver.js'
import { isRetryable } from '../errors/is-retryable.js'

const COMMITS = ['CREATE TABLE n (id INT)', 'TRUNCATE TABLE t', 'LOCK TABLES t WRITE', 'ANALYZE TABLE t', 'CALL mine()']

/** How what follows fails, in ways that undo a transaction. */
const FAILURES: readonly [how: string, text: string, reply: Error | 'is lost'][] = [
  ['a deadlock', 'UPDATE', refusal(1213)],
  ['a lost connection', 'UPDATE', 'is lost'],
  ['a node that is not ready', 'UPDATE', refusal(1047)],
  ['a lock wait timeout', 'UPDATE', refusal(1205)],
]

describe.each(COMMITS)('a transaction that contains %s', (commits) => {
  it.each(FAILURES)('is not run again after %s: a part of it is committed', async (_how, text, reply) => {
    const world = new SessionWorld()
    world.once(text, reply)
    const end = world.outcome(
      world.pool.transaction(
        async (tx) => {
          await tx.query('INSERT INTO t VALUES (1)')
          await tx.query(commits)
          await tx.query('UPDATE t SET a = 2')
        },
        { retry: true },
      ),
    )
    await world.rest(500)
    // Where the server says that no transaction is open any more, the rest are statements of their own.
    expect(isRetryable(end.error)).toBe(false)
    expect(world.sent.filter((sql) => sql.includes('INSERT'))).toHaveLength(1)
    expect(world.pool.status()).toMatchObject({ inUse: 0 })
  })

  it('is not run again when the answer to that statement is lost', async () => {
    const world = new SessionWorld()
    world.once(commits, 'is lost')
    const end = world.outcome(
      world.pool.transaction(
        async (tx) => {
          await tx.query('INSERT INTO t VALUES (1)')
          await tx.query(commits)
        },
        { retry: true },
      ),
    )
    await world.rest(500)
    expect(end.error).toBeInstanceOf(Error)
    expect(isRetryable(end.error)).toBe(false)
    expect(world.sent.filter((sql) => sql.includes('INSERT'))).toHaveLength(1)
  })

  it('is told so on a lease too, until the next one begins', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    await world.over(lease.beginTransaction())
    await world.over(lease.query(commits))
    world.once('UPDATE', 'is lost')
    expect((await world.over(lease.query('UPDATE t SET a = 2'))).error).toSatisfy((error) => !isRetryable(error))
  })
})

describe('a transaction() whose callback ends it itself', () => {
  it.each(['COMMIT', 'ROLLBACK', 'START TRANSACTION', 'COMMIT AND CHAIN'])(
    'is not run again when what follows %s is lost',
    async (sql) => {
      const world = new SessionWorld()
      world.once('UPDATE', 'is lost')
      const end = world.outcome(
        world.pool.transaction(
          async (tx) => {
            await tx.query('INSERT INTO t VALUES (1)')
            await tx.query(sql)
            await tx.query('INSERT INTO t VALUES (2)')
            await tx.query('UPDATE t SET a = 3')
          },
          { retry: true },
        ),
      )
      await world.rest(500)
      expect(isRetryable(end.error)).toBe(false)
      expect(world.sent.filter((one) => one.includes('VALUES (2)'))).toHaveLength(1)
    },
  )
})

describe('a transaction that a library begins and ends on a lease', () => {
  const begun = async (before: boolean) => {
    const world = new SessionWorld()
    const lease = await world.lease()
    if (before) lease.manage(true)
    await world.over(lease.query('START TRANSACTION'))
    lease.manage(true)
    await world.over(lease.query('INSERT INTO t VALUES (1)'))
    return { world, lease }
  }

  it.each([true, false])(
    'is undone by a deadlock when nothing in it has committed (told before it begins: %s)',
    async (before) => {
      const { world, lease } = await begun(before)
      world.once('UPDATE', refusal(1213))
      expect(await world.over(lease.query('UPDATE t SET a = 3'))).toMatchObject({ failure: 1213 })
    },
  )

  it.each([true, false])(
    'is not undone when its user has committed a part (told before it begins: %s)',
    async (before) => {
      const { world, lease } = await begun(before)
      await world.over(lease.query('COMMIT AND CHAIN'))
      world.once('UPDATE', refusal(1213))
      expect(await world.over(lease.query('UPDATE t SET a = 3'))).toMatchObject({
        failure: 'ERR_HOSTPOOL_IMPLICIT_COMMIT',
      })
      lease.manage(false)
      expect(await world.over(lease.rollback())).toMatchObject({ failure: undefined })
      world.once('UPDATE', refusal(1213))
      await world.over(lease.beginTransaction())
      expect(await world.over(lease.query('UPDATE t SET a = 4'))).toMatchObject({ failure: 1213 })
    },
  )

  it('is told in the end what an error stands for after which a part was committed', async () => {
    const { world, lease } = await begun(true)
    world.once('UPDATE', refusal(1205))
    const failed = world.outcome(lease.query('UPDATE t SET a = 3'))
    await world.over(lease.query('TRUNCATE TABLE t'))
    expect(failed.failure).toBe(1205)
    lease.manage(false)
    await world.over(lease.rollback())
    expect(lease.trueInTheEnd(failed.error)).toMatchObject({
      code: 'ERR_HOSTPOOL_IMPLICIT_COMMIT',
      cause: failed.error,
    })
    const own = new Error('changed my mind')
    expect(lease.trueInTheEnd(own)).toBe(own)
  })
})

describe('the next transaction of a lease', () => {
  it('is undone as a whole again', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    await world.over(lease.beginTransaction())
    await world.over(lease.query('TRUNCATE TABLE t'))
    await world.over(lease.commit())
    await world.over(lease.beginTransaction())
    world.once('UPDATE', refusal(1213))
    expect(await world.over(lease.query('UPDATE t SET a = 2'))).toMatchObject({ failure: 1213 })
    expect(await world.over(lease.query('SELECT 1'))).toMatchObject({ failure: 'ERR_HOSTPOOL_TRANSACTION_LOST' })
  })

  it('that follows a ROLLBACK of a lost one is too', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    await world.over(lease.beginTransaction())
    await world.over(lease.query('START TRANSACTION'))
    world.once('UPDATE', refusal(1213))
    expect(await world.over(lease.query('UPDATE t SET a = 2'))).toMatchObject({
      failure: 'ERR_HOSTPOOL_IMPLICIT_COMMIT',
    })
    await world.over(lease.rollback())
    await world.over(lease.beginTransaction())
    world.once('UPDATE', refusal(1213))
    expect(await world.over(lease.query('UPDATE t SET a = 2'))).toMatchObject({ failure: 1213 })
  })
})

describe('a procedure, or several statements in one, that fail inside a transaction', () => {
  it.each(['CALL mine()', 'INSERT INTO t VALUES (1); ROLLBACK; INSERT INTO t VALUES (1)', 'EXECUTE prepared'])(
    'may have ended it before, whatever the error: %s',
    async (sql) => {
      const world = new SessionWorld({ multipleStatements: true })
      const lease = await world.lease()
      await world.over(lease.beginTransaction())
      // An exit handler has rolled back and told the error again.
      world.connection('a1').status &= ~1
      world.once(sql, refusal(1062))
      expect(await world.over(lease.query(sql))).toMatchObject({ settled: true, error: expect.any(Error) as unknown })
      world.sent.length = 0
      const next = await world.over(lease.query('INSERT INTO t VALUES (2)'))
      expect(next.failure).toMatch(/^ERR_HOSTPOOL_(?:TRANSACTION_LOST|IMPLICIT_COMMIT)$/)
      expect(world.sent).toEqual([])
      expect(await world.over(lease.rollback())).toMatchObject({ failure: undefined, settled: true })
    },
  )

  it.each(['CALL mine()', 'START TRANSACTION; INSERT INTO t VALUES (1)'])(
    'may have begun one, and its COMMIT counts: %s',
    async (sql) => {
      const world = new SessionWorld({ multipleStatements: true })
      const lease = await world.lease()
      await world.rest()
      world.connection('a1').status |= 1
      world.once(sql, refusal(1062))
      await world.over(lease.query(sql))
      expect(lease.inTransaction).toBe(true)
      world.once('COMMIT', 'is lost')
      expect(await world.over(lease.commit())).toMatchObject({ failure: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    },
  )
})

describe('a transaction that was opened among several statements', () => {
  it('is not told as undone: one before it may have been committed by the same text', async () => {
    const world = new SessionWorld({ multipleStatements: true })
    const lease = await world.lease()
    await world.rest()
    world.connection('a1').status |= 1
    await world.over(lease.query('ROLLBACK AND CHAIN; INSERT INTO t VALUES (1); START TRANSACTION'))
    world.once('INSERT INTO t VALUES (2)', 'is lost')
    const lost = await world.over(lease.query('INSERT INTO t VALUES (2)'))
    expect(lost).toMatchObject({ failure: 'ERR_HOSTPOOL_IMPLICIT_COMMIT' })
  })
})

describe('a procedure that ends a transaction of the pool without an error', () => {
  it('leaves nothing to be committed by itself: what follows is refused, and the whole is not told as done', async () => {
    const world = new SessionWorld()
    const outcome = await world.over(
      world.pool.transaction(async (transaction) => {
        await transaction.query('UPDATE t SET a = 1')
        world.connection('a1').status &= ~1
        await transaction.query('CALL swallows_a_deadlock()')
        await transaction.query('UPDATE t SET a = 2')
      }),
    )
    expect(outcome).toMatchObject({ failure: 'ERR_HOSTPOOL_IMPLICIT_COMMIT' })
    expect(world.sent).not.toContain('a1 UPDATE t SET a = 2')
  })
})

describe('statements of one transaction that are asked for at once', () => {
  it('are not run again when one has failed and a later one has committed the rest', async () => {
    const world = new SessionWorld()
    world.once('UPDATE', refusal(1205))
    const outcome = await world.over(
      world.pool.transaction(
        (transaction) =>
          Promise.all([
            transaction.query('UPDATE t SET a = 1'),
            transaction.query('INSERT INTO t VALUES (2)'),
            transaction.query('START TRANSACTION'),
          ]),
        { retry: 3 },
      ),
    )
    expect(outcome).toMatchObject({ failure: 'ERR_HOSTPOOL_IMPLICIT_COMMIT' })
    expect(world.sent.filter((sql) => sql.includes('INSERT'))).toHaveLength(1)
  })
})
