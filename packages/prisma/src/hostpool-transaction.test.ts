import { HostpoolError, type Lease } from '@mysql-hostpool/core'
import { beforeEach, describe, expect, test } from 'vitest'

import { asItEnded } from './errors/as-it-ended.js'
import { originalError } from './errors/original-error.js'
import { HostpoolTransaction } from './hostpool-transaction.js'
import { GeometryStatements } from './sql/geometry.js'
import { asItIs } from './sql/utc-statement.js'
import { isRetryableTransaction } from './retry/is-retryable.js'
import { StatementRunner } from './statement-runner.js'

type Answer = () => Promise<unknown>

/** A lease that writes down what is asked of it and answers what it is told, in the order of arrival. */
class ScriptedLease {
  readonly calls: string[] = []
  readonly answers = new Map<string, Answer>()
  readonly managed: boolean[] = []
  readonly inTheEnd = new Map<unknown, unknown>()
  running = 0
  mostAtOnce = 0

  async ask(name: string): Promise<unknown> {
    this.calls.push(name)
    this.running += 1
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running)
    try {
      await new Promise((resolve) => setImmediate(resolve))
      return (await this.answers.get(name)?.()) ?? [{ affectedRows: 1, insertId: 0 }, undefined]
    } finally {
      this.running -= 1
    }
  }

  asLease(): Lease {
    // Only what a transaction uses; a call of anything else fails the test.
    return Object.assign(Object.create(null), {
      query: (sql: string) => this.ask(sql),
      execute: (statement: { sql: string }) => this.ask(statement.sql),
      commit: () => this.ask('commit'),
      rollback: () => this.ask('rollback'),
      manage: (managed: boolean) => this.managed.push(managed),
      trueInTheEnd: (error: unknown) => this.inTheEnd.get(error) ?? error,
      release: () => this.calls.push('release'),
      destroy: () => this.calls.push('destroy'),
    })
  }
}

function failing(errno: number): Answer {
  return () => Promise.reject(Object.assign(new Error(`error ${errno}`), { errno, sqlMessage: `error ${errno}` }))
}

function statement(sql: string): { sql: string; args: unknown[]; argTypes: [] } {
  return { sql, args: [], argTypes: [] }
}

let lease: ScriptedLease
let transaction: HostpoolTransaction

beforeEach(() => {
  lease = new ScriptedLease()
  transaction = new HostpoolTransaction(lease.asLease(), new StatementRunner(asItIs, new GeometryStatements()))
})

describe('a transaction', () => {
  test('runs its statements one after the other, in the order they came', async () => {
    await Promise.all(['a', 'b', 'c'].map((sql) => transaction.executeRaw(statement(sql))))
    await transaction.commit()
    expect(lease.calls).toEqual(['a', 'b', 'c', 'commit', 'release'])
    expect(lease.mostAtOnce).toBe(1)
  })

  test('rolls back after the statement that still runs, and refuses what comes later', async () => {
    const running = transaction.executeRaw(statement('slow'))
    const rolledBack = transaction.rollback()
    await expect(running).resolves.toBe(1)
    await rolledBack
    expect(lease.calls).toEqual(['slow', 'rollback', 'release'])
    await expect(transaction.executeRaw(statement('late'))).rejects.toMatchObject({
      cause: { kind: 'TransactionAlreadyClosed' },
    })
    expect(lease.calls).toHaveLength(3)
  })

  test('goes on after an error of one statement', async () => {
    lease.answers.set('twice', failing(1062))
    await expect(transaction.executeRaw(statement('twice'))).rejects.toMatchObject({
      cause: { kind: 'UniqueConstraintViolation' },
    })
    await transaction.executeRaw(statement('other'))
    await transaction.commit()
    expect(lease.calls).toEqual(['twice', 'other', 'commit', 'release'])
  })

  test('sends nothing more once the server has given it up: neither statements nor COMMIT', async () => {
    lease.answers.set('deadlock', failing(1213))
    const conflict = { cause: { kind: 'TransactionWriteConflict' } }
    await expect(transaction.executeRaw(statement('deadlock'))).rejects.toMatchObject(conflict)
    await expect(transaction.executeRaw(statement('next'))).rejects.toMatchObject(conflict)
    await expect(transaction.commit()).rejects.toMatchObject({ code: 'P2034' })
    expect(lease.calls).toEqual(['deadlock', 'release'])
  })

  test('gives its lease back when COMMIT fails, once', async () => {
    lease.answers.set('commit', failing(1213))
    await expect(transaction.commit()).rejects.toMatchObject({ code: 'P2034' })
    await transaction.rollback()
    expect(lease.calls).toEqual(['commit', 'release'])
  })

  test('closes the connection when ROLLBACK fails, and does not complain', async () => {
    lease.answers.set('rollback', failing(1047))
    await transaction.rollback()
    await transaction.rollback()
    expect(lease.calls).toEqual(['rollback', 'destroy'])
  })

  test('is the lease’s to know from its beginning until its end', async () => {
    await transaction.executeRaw(statement('a'))
    expect(lease.managed).toEqual([true])
    await transaction.commit()
    expect(lease.managed).toEqual([true, false])
    const other = new HostpoolTransaction(lease.asLease(), new StatementRunner(asItIs, new GeometryStatements()))
    await other.rollback()
    expect(lease.managed).toEqual([true, false, true, false])
  })

  test('is not run again when a statement beside the one that failed has committed a part', async () => {
    const timeout = Object.assign(new Error('waited too long'), { errno: 1205, sqlMessage: 'waited too long' })
    const partly = new HostpoolError('ERR_HOSTPOOL_IMPLICIT_COMMIT', 'a part is committed', { cause: timeout })
    lease.answers.set('waits', () => Promise.reject(timeout))
    const waits = transaction.executeRaw(statement('waits')).catch((error: unknown) => error)
    const beside = transaction.executeRaw(statement('CREATE TABLE t (id INT)'))
    const told = await waits
    expect(isRetryableTransaction(told)).toBe(true)
    lease.inTheEnd.set(timeout, partly)
    await transaction.rollback()
    await beside
    expect(isRetryableTransaction(asItEnded(told))).toBe(false)
    expect(originalError(asItEnded(told)) ?? asItEnded(told)).toBe(partly)
  })

  test('quotes the names of its savepoints', async () => {
    await transaction.createSavepoint('a')
    await transaction.rollbackToSavepoint('a`b')
    await transaction.releaseSavepoint('a')
    expect(lease.calls).toEqual(['SAVEPOINT `a`', 'ROLLBACK TO SAVEPOINT `a``b`', 'RELEASE SAVEPOINT `a`'])
  })
})
