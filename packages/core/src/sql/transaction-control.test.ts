import { describe, expect, it } from 'vitest'

import { transactionControl, type TransactionControl } from './transaction-control.js'

const rows: readonly (readonly [sql: string, control: TransactionControl | undefined])[] = [
  ['BEGIN', 'begin'],
  ['begin work;', 'begin'],
  ['/* of the report */ start transaction read only', 'begin'],
  ['START TRANSACTION WITH CONSISTENT SNAPSHOT', 'begin'],
  ['COMMIT AND CHAIN', 'begin'],
  ['ROLLBACK AND CHAIN', 'begin'],
  ['COMMIT', 'commit'],
  ['COMMIT AND NO CHAIN NO RELEASE', 'commit'],
  ['ROLLBACK', 'rollback'],
  ['-- no more\n rollback work ;', 'rollback'],
  ['ROLLBACK RELEASE', 'rollback'],
  ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'next'],
  ['ROLLBACK TO SAVEPOINT a', undefined],
  ['SAVEPOINT begin', undefined],
  ['SET SESSION TRANSACTION READ ONLY', undefined],
  ["SELECT 'BEGIN'", undefined],
  ["CALL fill('start transaction')", undefined],
  ['ALTER TABLE t ADD begin INT', undefined],
  ['', undefined],
]

const several: readonly (readonly [sql: string, control: TransactionControl | undefined])[] = [
  ['BEGIN; UPDATE t SET a = 1', 'begin'],
  ['SELECT 1; START TRANSACTION', 'begin'],
  ['ROLLBACK; BEGIN', 'begin'],
  ['SELECT 1; COMMIT AND CHAIN', 'begin'],
  ['SET @a = 1; SET TRANSACTION READ ONLY', 'begin'],
  ['BEGIN NOT ATOMIC SELECT 1; START TRANSACTION; END', 'begin'],
  ['BEGIN NOT ATOMIC START TRANSACTION; END', 'begin'],
  ['BEGIN NOT ATOMIC SELECT 1; END', undefined],
  ["SELECT 1; SELECT 'BEGIN; BEGIN'", undefined],
  ['ROLLBACK; SELECT 1', undefined],
  ['COMMIT; SELECT 1', undefined],
]

const unreadable: readonly (readonly [sql: string, control: TransactionControl | undefined])[] = [
  ['START TRANSACTION /*!40100 WITH CONSISTENT SNAPSHOT */', 'begin'],
  ['/*!50000 BEGIN */', 'begin'],
  ["SELECT 'a\\'; BEGIN; -- '", 'begin'],
  ['ROLLBACK /*!50000 AND CHAIN */', 'begin'],
  ['ROLLBACK /*!50000 WORK */', undefined],
  ['SELECT 1 /*M! FOR UPDATE */', undefined],
]

describe('what a statement does to transactions', () => {
  it.each(rows)('%s: %s', (sql, control) => {
    expect(transactionControl(sql)).toBe(control)
  })
})

describe('what a text of several statements does to transactions', () => {
  it.each(several)('%s: %s', (sql, control) => {
    expect(transactionControl(sql)).toBe(control)
  })
})

describe('what a text that cannot be read for certain may do to transactions', () => {
  it.each(unreadable)('%s: %s', (sql, control) => {
    expect(transactionControl(sql)).toBe(control)
  })
})
