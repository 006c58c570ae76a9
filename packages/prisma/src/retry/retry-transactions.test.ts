import { HostpoolError, type Lease, type Pool } from '@mysql-hostpool/core'
import { beforeEach, describe, expect, test } from 'vitest'

import { driverErrorOf } from '../errors/original-error.js'
import { HostpoolAdapter } from '../hostpool-adapter.js'
import { asItIs } from '../sql/utc-statement.js'
import { retryTransactions } from './retry-transactions.js'

const conflict = (): Error => Object.assign(new Error('Deadlock found'), { errno: 1213, sqlMessage: 'Deadlock found' })
const duplicate = (): Error =>
  Object.assign(new Error('Duplicate entry'), { errno: 1062, sqlMessage: 'Duplicate entry' })
const hostLost = (): Error => new HostpoolError('ERR_HOSTPOOL_HOST_LOST', 'lost')
const unknown = (): Error => new HostpoolError('ERR_HOSTPOOL_OUTCOME_UNKNOWN', 'lost at COMMIT')

/** What the servers were asked for, and the errors with which they answer, in turn. */
let asked: string[]
let errors: Map<string, (Error | undefined)[]>
let retries: number
let adapter: HostpoolAdapter

async function ask(sql: string): Promise<unknown> {
  asked.push(sql)
  await new Promise((resolve) => setImmediate(resolve))
  const error = errors.get(sql)?.shift()
  if (error !== undefined) throw error
  return [{ affectedRows: 1, insertId: 0 }, undefined]
}

const lease = {
  beginTransaction: () => ask('START'),
  execute: ({ sql }: { sql: string }) => ask(sql),
  commit: () => ask('COMMIT'),
  rollback: () => ask('ROLLBACK'),
  manage: () => undefined,
  trueInTheEnd: (error: unknown) => error,
  release: () => undefined,
}

const pool = {
  execute: ({ sql }: { sql: string }) => ask(sql),
  getConnection: () => Promise.resolve(lease as unknown as Lease),
} as unknown as Pool

beforeEach(() => {
  asked = []
  errors = new Map()
  retries = 0
  adapter = new HostpoolAdapter(pool, { supportsRelationJoins: false, toUtc: asItIs }, async () => undefined)
})

const send = (sql: string): Promise<unknown> => adapter.queryRaw({ sql, args: [], argTypes: [] })

/** As Prisma runs an operation with nested writes. */
async function inTransaction(...statements: readonly string[]): Promise<string> {
  const transaction = await adapter.startTransaction()
  try {
    for (const sql of statements) await transaction.executeRaw({ sql, args: [], argTypes: [] })
    await transaction.commit()
  } catch (error) {
    await transaction.rollback()
    throw error
  }
  return 'done'
}

interface Extension {
  readonly client: { readonly $transaction: (this: object, work: () => Promise<unknown>) => Promise<unknown> }
  readonly query: { readonly $allOperations: (call: object) => Promise<unknown> }
}

/** A client as Prisma extends it, as far as this extension sees one. */
function extended() {
  let extension: Extension | undefined
  const client = {
    $transaction: (work: () => Promise<unknown>) => work(),
    $extends: (given: Extension) => {
      extension = given
      return client
    },
  }
  const onRetry = (): void => void (retries += 1)
  retryTransactions({ firstPause: 0, onRetry })(client)
  const { client: methods, query } = extension as unknown as Extension
  return {
    /** An operation; `run` is what Prisma, and extensions inside of this one, do for it. */
    operate: (run: (args: unknown) => PromiseLike<unknown>, params: object | undefined = { args: 'as given' }) =>
      query.$allOperations({ args: 'copied', query: run, __internalParams: params }),
    transact: (work: () => Promise<unknown>) => methods.$transaction.call(client, work),
  }
}

const client = (): ReturnType<typeof extended> => extended()

describe('an operation that is a transaction of its own', () => {
  test.each([
    ['a deadlock', 'UPDATE', conflict()],
    ['a failed certification', 'COMMIT', conflict()],
    ['a host lost before COMMIT', 'UPDATE', hostLost()],
    ['a host lost at its beginning', 'START', hostLost()],
  ])('is run again as a whole after %s', async (_, at, error) => {
    errors.set(at, [error])
    await expect(client().operate(() => inTransaction('INSERT', 'UPDATE'))).resolves.toBe('done')
    expect(asked.filter((sql) => sql === 'COMMIT')).toHaveLength(at === 'COMMIT' ? 2 : 1)
    expect(retries).toBe(1)
  })

  test('is not run again when the answer to COMMIT was lost', async () => {
    errors.set('COMMIT', [unknown()])
    await expect(client().operate(() => inTransaction('INSERT'))).rejects.toMatchObject({ code: 'P1017' })
    expect(retries).toBe(0)
  })

  test('is not run again when it has committed a transaction before the one that failed', async () => {
    errors.set('UPDATE b', [conflict()])
    const run = () => inTransaction('UPDATE a').then(() => inTransaction('UPDATE b'))
    await expect(client().operate(run)).rejects.toThrow('TransactionWriteConflict')
    expect(asked.filter((sql) => sql === 'UPDATE a')).toHaveLength(1)
  })
})

describe('an operation of single statements', () => {
  test('is run again after a conflict, with the arguments as they were given', async () => {
    errors.set('UPDATE a', [conflict(), conflict()])
    const given: unknown[] = []
    const run = (args: unknown) => {
      given.push(args)
      return send('UPDATE a')
    }
    await client().operate(run)
    expect(given).toEqual(['as given', 'as given', 'as given'])
  })

  test('is run again when a read in it failed and nothing was written', async () => {
    errors.set('SELECT 1', [hostLost()])
    await client().operate(() => send('SELECT 1').then(() => send('INSERT')))
    expect(asked).toEqual(['SELECT 1', 'SELECT 1', 'INSERT'])
  })

  test.each([
    ['a write before it', 'INSERT a', 'UPDATE b'],
    ['a function whose work is unknown', 'SELECT f(1)', 'UPDATE b'],
    ['a write before the read that failed', 'INSERT a', 'SELECT 2'],
  ])('is not run again when %s was kept', async (_, first, second) => {
    errors.set(second, [conflict()])
    await expect(client().operate(() => send(first).then(() => send(second)))).rejects.toThrow('Conflict')
    expect(asked).toEqual([first, second])
  })

  test('is not run again while a write beside the one that failed may still be kept', async () => {
    errors.set('UPDATE b', [conflict()])
    const slow = () => send('SELECT 1').then(() => send('UPDATE a'))
    const run = () => Promise.all([slow(), send('SELECT 1').then(() => send('UPDATE b'))])
    await expect(client().operate(run)).rejects.toThrow('Conflict')
    expect(asked.filter((sql) => sql === 'UPDATE b')).toHaveLength(1)
  })

  test.each(['CALL p()', 'BEGIN NOT ATOMIC', 'ALTER TABLE a'])(
    'is not run again after a conflict in %s, which may have committed a part',
    async (sql) => {
      errors.set(sql, [conflict()])
      await expect(client().operate(() => send(sql))).rejects.toThrow('Conflict')
      expect(asked).toEqual([sql])
    },
  )

  test.each([
    ['an unknown outcome', unknown(), 'ConnectionClosed'],
    ['a duplicate key', duplicate(), 'UniqueConstraintViolation'],
  ])('is not run again after %s', async (_, error, told) => {
    errors.set('INSERT a', [error])
    await expect(client().operate(() => send('INSERT a'))).rejects.toThrow(told)
    expect(asked).toEqual(['INSERT a'])
  })

  test('is not run again for an error that no statement of its own ended with', async () => {
    errors.set('UPDATE elsewhere', [conflict()])
    const elsewhere: unknown = await send('UPDATE elsewhere').catch((error: unknown) => driverErrorOf(error))
    await expect(client().operate(() => Promise.reject(elsewhere as Error))).rejects.toBe(elsewhere)
    const alone = Object.assign(new Error('conflict'), { code: 'P2034' })
    await expect(client().operate(() => Promise.reject(alone))).rejects.toBe(alone)
    expect(retries).toBe(0)
  })
})

describe('only the outermost is repeated', () => {
  test('of a transaction and the operations in it', async () => {
    const { operate, transact } = client()
    errors.set('UPDATE', [conflict(), conflict()])
    let runs = 0
    const params = { args: 'as given', transaction: { kind: 'itx' } }
    await transact(async () => {
      runs += 1
      return operate(() => send('UPDATE'), params)
    })
    expect([runs, retries]).toEqual([3, 2])
  })

  test.each(['an operation', 'a transaction'])(
    'of an operation and %s that another extension makes of it',
    async (what) => {
      const { operate, transact } = client()
      errors.set('UPDATE', [conflict()])
      let runs = 0
      await operate(async () => {
        runs += 1
        const inner = () => inTransaction('UPDATE')
        return what === 'an operation' ? operate(inner) : transact(inner)
      })
      expect([runs, retries]).toEqual([2, 1])
    },
  )

  test('and what an operation leaves running is not a part of it any more', async () => {
    const { operate } = client()
    errors.set('UPDATE late', [conflict()])
    let late: Promise<unknown> | undefined
    await operate(async () => {
      late = new Promise((resolve) => setTimeout(resolve, 5)).then(() => operate(() => send('UPDATE late')))
    })
    await late
    expect(asked).toEqual(['UPDATE late', 'UPDATE late'])
  })

  test('and nothing is where Prisma does not say what is in a transaction', async () => {
    errors.set('UPDATE', [conflict()])
    let extension: Extension | undefined
    const bare = { $transaction: () => undefined, $extends: (given: Extension) => void (extension = given) }
    retryTransactions()(bare)
    const call = { args: 'copied', query: () => send('UPDATE') }
    await expect((extension as unknown as Extension).query.$allOperations(call)).rejects.toThrow('Conflict')
    expect(asked).toEqual(['UPDATE'])
  })
})
