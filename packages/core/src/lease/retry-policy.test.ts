import { describe, expect, it } from 'vitest'

import { ErrorClass } from '../errors/error-class.js'
import { endsTransactionByClass } from '../errors/ends-transaction.js'
import { retryPolicy, type Failure, type Reaction } from './retry-policy.js'
import type { StatementKind } from '../sql/statement-kind.js'

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

const notSent = { ...first, mayHaveRun: false }
const stream = { ...first, repeatable: false }
const userChange = { ...first, onlyForSession: true, repeatable: false }
const asksId: StatementKind = { kind: 'read', mayTaint: false, asks: { id: true } }
const chained: StatementKind = { kind: 'rollback', mayTaint: false, chain: true }

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
  ['a write that was never sent is sent elsewhere', notSent, 'lost', write, 'retry'],
  ['so is a procedure', notSent, 'lost', call, 'retry'],
  ['so is a stream', { ...notSent, repeatable: false }, 'lost', read, 'retry'],
  [
    'also where reads are not to be repeated: it is the first time',
    { ...notSent, retryReads: false },
    'lost',
    read,
    'retry',
  ],
  ['but not for as long as there are hosts', { ...notSent, attempts: 2 }, 'lost', write, 'hostLost'],
  ['and not without its session', { ...notSent, sessionClean: false }, 'lost', write, 'hostLost'],
  ['a COMMIT that was never sent has not happened', { ...open, mayHaveRun: false }, 'lost', kind('commit'), 'hostLost'],
  ['a stream is not sent again: rows of it may have been read', stream, 'lost', read, 'rethrow'],
  ['nor one that was refused', stream, 'notReady', read, 'rethrow'],
  ['nor one that was undone', stream, 'conflict', write, 'rethrow'],
  ['a stream of a write may have happened', stream, 'lost', write, 'outcomeUnknown'],
  ['a change of user goes with its session', userChange, 'lost', call, 'hostLost'],
  ['also when it was not sent', { ...userChange, mayHaveRun: false }, 'lost', call, 'hostLost'],
  ['what a lost connection knew is lost', first, 'lost', asksId, 'hostLost'],
  ['no other node knows it', first, 'notReady', asksId, 'rethrow'],
  ['ROLLBACK AND CHAIN on a lost host begins no other transaction', open, 'lost', chained, 'hostLost'],
  [
    'an error that the server itself cannot tell the meaning of is unknown for a write',
    first,
    'unknown',
    write,
    'outcomeUnknown',
  ],
  ['for a statement in a transaction', open, 'unknown', write, 'outcomeUnknown'],
  ['for a COMMIT', open, 'unknown', kind('commit'), 'outcomeUnknown'],
  ['and means nothing for a read', first, 'unknown', read, 'rethrow'],
  ['a COMMIT that a node refused did not happen', open, 'notReady', kind('commit'), 'hostLost'],
  ['a COMMIT that lost a conflict is undone', open, 'conflict', kind('commit'), 'rethrowTransactionGone'],
  ['a COMMIT that a read-only server refused is the caller’s', open, 'readOnly', kind('commit'), 'rethrowIfReadOnly'],
  ['a COMMIT that waited for a lock too long may have happened', open, 'lockTimeout', kind('commit'), 'outcomeUnknown'],
  ['a COMMIT with any other error may have happened', open, 'statement', kind('commit'), 'outcomeUnknown'],
  ['also one of a kind that a COMMIT does not have', open, 'overload', kind('commit'), 'outcomeUnknown'],
  ['also one of privileges', open, 'configuration', kind('commit'), 'outcomeUnknown'],
  ['unless the server could not read it', { ...open, refusedAtOnce: true }, 'statement', kind('commit'), 'rethrow'],
  ['or it was not sent', { ...open, mayHaveRun: false }, 'statement', kind('commit'), 'rethrow'],
  ['overload is the caller’s', first, 'overload', read, 'rethrow'],
  ['a wrong configuration is the caller’s', first, 'configuration', read, 'rethrow'],
]

describe('after a statement has failed', () => {
  it.each(TABLE)('%s', (_, situation, errorClass, statement, expected) => {
    expect(retryPolicy({ ...situation, errorClass, statement })).toBe(expected)
  })
})

it.each(Object.values(ErrorClass))(
  'adapters are told of the end of a transaction where the policy sees one: %s',
  (errorClass) => {
    const reactions = [read, write, call].map((statement) => retryPolicy({ ...open, errorClass, statement }))
    const goesOn = reactions.every((reaction) => reaction === 'rethrow' || reaction === 'rethrowIfReadOnly')
    expect(endsTransactionByClass(errorClass)).toBe(!goesOn)
  },
)
