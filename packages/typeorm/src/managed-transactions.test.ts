import type { Lease } from '@mysql-hostpool/core'
import type { QueryRunner } from 'typeorm'
import { beforeEach, describe, expect, it } from 'vitest'

import { manageTransaction, noteBorders } from './managed-transactions.js'

let told: boolean[]
let lease: Lease

beforeEach(() => {
  told = []
  // Only what is used; a call of anything else fails the test.
  lease = Object.assign(Object.create(null), {
    manage: (managed: boolean) => told.push(managed),
    trueInTheEnd: (error: unknown) => ['true', error],
  })
})

function send(...texts: readonly string[]): void {
  for (const sql of texts) noteBorders(lease, sql)
}

// A query runner has much else.
const runnerOn = (connection: unknown): QueryRunner => ({ connect: () => Promise.resolve(connection) }) as QueryRunner

describe('a transaction of TypeORM’s', () => {
  it.each(['COMMIT', 'ROLLBACK'])('is from its START TRANSACTION to its %s', (end) => {
    send(
      'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
      'START TRANSACTION',
      'INSERT INTO t VALUES (1)',
      'COMMIT AND CHAIN',
    )
    expect(told).toEqual([true])
    send(end)
    expect(told).toEqual([true, false])
  })

  it.each(['BEGIN', 'start transaction', 'START TRANSACTION READ ONLY', 'begin work'])(
    'does not begin with %s',
    (sql) => {
      send(sql)
      expect(told).toEqual([])
    },
  )

  it('that is run by retryTransaction goes on after a raw COMMIT, until it ends', async () => {
    send('START TRANSACTION')
    const transaction = await manageTransaction(runnerOn({ lease }))
    send('COMMIT', 'ROLLBACK')
    expect(told).toEqual([true])
    transaction.ends()
    send('COMMIT')
    expect(told).toEqual([true, false])
    expect(transaction.trueInTheEnd('error')).toEqual(['true', 'error'])
  })

  it('on another driver is that driver’s', async () => {
    for (const connection of [undefined, {}, { lease }]) {
      const transaction = await manageTransaction(runnerOn(connection))
      transaction.ends()
      expect(transaction.trueInTheEnd('error')).toBe('error')
    }
    expect(told).toEqual([])
  })
})
