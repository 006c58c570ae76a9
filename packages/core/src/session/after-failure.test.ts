import { describe, expect, it } from 'vitest'

import type { ErrorClass } from '../errors/classify.js'
import { afterFailure, type Failure, type Reaction } from './after-failure.js'
import type { StatementKind } from '../statement/statement-kind.js'

const kind = (name: StatementKind['kind'], mayTaint = false): StatementKind => ({ kind: name, mayTaint })
const read = kind('read')
const write = kind('write')
const call = kind('write', true)
const forNext: StatementKind = { kind: 'write', mayTaint: false, forNextTransaction: true }

const first: Omit<Failure, 'errorClass' | 'statement'> = {
  inTransaction: false,
  sessionClean: true,
  attempts: 1,
  hosts: 3,
  retryReads: true,
  mayHaveRun: true,
  refusedAtOnce: false,
  repeatable: true,
  onlyForSession: false,
}
const open = { ...first, inTransaction: true }
const changed = { ...first, sessionClean: false }

type Row = readonly [what: string, Omit<Failure, 'errorClass' | 'statement'>, ErrorClass, StatementKind, Reaction]

const TABLE: readonly Row[] = [
  ['a read on a lost host is sent once more', first, 'lost', read, 'retry'],
  ['a read that was lost twice is not sent again', { ...first, attempts: 2 }, 'lost', read, 'hostLost'],
  ['a read is not sent again when that is off', { ...first, retryReads: false }, 'lost', read, 'rethrow'],
  ['a read that may depend on lost session state is not sent again', changed, 'lost', read, 'hostLost'],
  ['a write on a lost host may have happened', first, 'lost', write, 'outcomeUnknown'],
  ['so may a procedure', first, 'lost', call, 'outcomeUnknown'],
  ['nothing is lost with the beginning of a transaction', first, 'lost', kind('begin'), 'retry'],
  ['unless session state is', changed, 'lost', kind('begin'), 'hostLost'],
  ['nor with what is set for it', first, 'lost', forNext, 'retry'],
  ['unless other session state is', changed, 'lost', forNext, 'hostLost'],
  ['a COMMIT with nothing open has nothing to lose', first, 'lost', kind('commit'), 'retry'],
  ['a COMMIT of something may have happened', open, 'lost', kind('commit'), 'outcomeUnknown'],
  ['a ROLLBACK on a lost host has happened', open, 'lost', kind('rollback'), 'rolledBack'],
  ['a read in a transaction is lost with it', open, 'lost', read, 'hostLost'],
  ['a write in a transaction is lost with it', open, 'lost', write, 'hostLost'],
  ['a read that a node refused is sent elsewhere', first, 'notReady', read, 'retry'],
  ['so is a write: it did not run', first, 'notReady', write, 'retry'],
  ['each host refuses once', { ...first, attempts: 3 }, 'notReady', write, 'rethrow'],
  ['a procedure may have run in part', first, 'notReady', call, 'rethrow'],
  ['a refusal in a transaction ends it', open, 'notReady', write, 'hostLost'],
  ['a refused read that may depend on session state is the caller’s', changed, 'notReady', read, 'rethrow'],
  ['a conflict ends its transaction', open, 'conflict', write, 'rethrowTransactionGone'],
  [
    'a conflict without a transaction has undone all there was: it is tried once more',
    first,
    'conflict',
    write,
    'retry',
  ],
  ['also where there is one host only', { ...first, hosts: 1 }, 'conflict', write, 'retry'],
  ['but only once', { ...first, attempts: 2 }, 'conflict', write, 'rethrow'],
  ['and not where a part of it may have been done', first, 'conflict', call, 'rethrow'],
  ['a lock wait timeout leaves the transaction open', open, 'lockTimeout', write, 'rethrow'],
  ['a statement that timed out takes its transaction with it', open, 'timeout', read, 'rethrowTransactionGone'],
  ['a COMMIT that timed out may still happen', open, 'timeout', kind('commit'), 'outcomeUnknown'],
  ['a COMMIT of nothing that timed out is the caller’s', first, 'timeout', kind('commit'), 'rethrow'],
  ['a statement that timed out is the caller’s', first, 'timeout', read, 'rethrow'],
  ['a mistake of the caller’s is the caller’s', open, 'statement', write, 'rethrow'],
  [
    'a write that a read-only server refused is sent elsewhere: it did not run',
    first,
    'readOnly',
    write,
    'retryIfReadOnly',
  ],
  ['each host refuses once, read-only or not', { ...first, attempts: 3 }, 'readOnly', write, 'rethrowIfReadOnly'],
  ['in a transaction a read-only server’s refusal is the caller’s', open, 'readOnly', write, 'rethrowIfReadOnly'],
  ['a read-only server’s refusal of a procedure is the caller’s', first, 'readOnly', call, 'rethrowIfReadOnly'],
  ['overload is the caller’s', first, 'overload', read, 'rethrow'],
  ['a wrong configuration is the caller’s', first, 'configuration', read, 'rethrow'],
]

describe('after a statement has failed', () => {
  it.each(TABLE)('%s', (_, situation, errorClass, statement, expected) => {
    expect(afterFailure({ ...situation, errorClass, statement })).toBe(expected)
  })
})
