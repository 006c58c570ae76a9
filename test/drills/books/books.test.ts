import { HostpoolError } from '@mysql-hostpool/core'
import { describe, expect, test } from 'vitest'
import { differencesOf, findingsOf } from './books.js'
import { type Claim, claimOf, Told } from './claim.js'

function claim(told: readonly Told[], whole = true): Claim {
  return { way: 'query', mark: 'a', whole, parts: told.map((each) => ({ told: each })) }
}

function faults(told: readonly Told[], found: readonly number[], whole = true): readonly string[] {
  const rows = new Map(found.length === 0 ? [] : [['a', found]])
  return findingsOf([claim(told, whole)], rows).map(({ fault }) => fault)
}

const { done, undone, unknown, open } = Told

describe('books are right', () => {
  test.each([
    ['a write that resolved is there once', [done], [1]],
    ['a write that was undone is not there', [undone], []],
    ['a write of unknown outcome is there', [unknown], [1]],
    ['a write of unknown outcome is not there', [unknown], []],
    ['a write without an answer is there', [open], [1]],
    ['a pair that resolved is there as a whole', [done, done], [1, 1]],
    ['a pair of unknown outcome is there as a whole', [unknown, unknown], [1, 1]],
    ['a pair of unknown outcome is not there', [unknown, unknown], [0, 0]],
  ])('when %s', (_, told, found) => {
    expect(faults(told, found)).toEqual([])
  })

  test('when rows that are not one transaction are there each as told', () => {
    expect(faults([done, undone, unknown], [1, 0, 1], false)).toEqual([])
  })
})

describe('books are wrong', () => {
  test.each([
    ['a write that resolved is there twice', [done], [2], ['twice']],
    ['a write of unknown outcome is there twice', [unknown], [2], ['twice']],
    ['a write without an answer is there twice', [open], [2], ['twice']],
    ['a write that resolved is not there', [done], [], ['missing']],
    ['a write that was undone is there', [undone], [1], ['there all the same']],
    ['a write that was undone is there twice', [undone], [2], ['twice', 'there all the same']],
    ['half of a pair that resolved is there', [done, done], [1, 0], ['missing', 'half']],
    ['half of a pair of unknown outcome is there', [unknown, unknown], [0, 1], ['half']],
    ['half of a pair is there twice in place of the whole', [done, done], [2, 0], ['twice', 'missing', 'half']],
    ['a part is there that was not written', [done], [1, 1], ['unasked']],
  ])('when %s', (_, told, found, expected) => {
    expect(faults(told, found)).toEqual(expected)
  })

  test('when a row is there that no caller has written', () => {
    expect(findingsOf([], new Map([['b', [1]]]))).toMatchObject([{ fault: 'unasked', mark: 'b' }])
  })

  test('and a finding tells the way, what was told, and the rows', () => {
    const lost = { told: undone, error: 'ERR_HOSTPOOL_HOST_LOST' }
    const [finding] = findingsOf(
      [{ way: 'transaction', mark: 'a', whole: true, parts: [lost, lost] }],
      new Map([['a', [1, 1]]]),
    )
    expect(finding?.text).toBe('transaction: told undone (ERR_HOSTPOOL_HOST_LOST), rows [1, 1]')
  })
})

describe('nodes', () => {
  test('that have the same rows do not differ', () => {
    expect(differencesOf([new Map([['a', [1, 1]]]), new Map([['a', [1, 1]]])])).toEqual([])
  })

  test('differ where one has a row that another has not', () => {
    const nodes = [new Map([['a', [1]]]), new Map(), new Map([['a', [1]]])]
    expect(differencesOf(nodes)).toEqual([{ fault: 'nodes differ', mark: 'a', text: 'rows [1] and [] and [1]' }])
  })
})

describe('an error tells', () => {
  test.each([
    ['of a host lost before COMMIT: undone', pool('ERR_HOSTPOOL_HOST_LOST'), undone],
    ['of an outcome that is unknown: unknown', pool('ERR_HOSTPOOL_OUTCOME_UNKNOWN'), unknown],
    ['of an implicit commit: unknown', pool('ERR_HOSTPOOL_IMPLICIT_COMMIT'), unknown],
    ['of no connection: undone', pool('ERR_HOSTPOOL_ACQUIRE_TIMEOUT'), undone],
    ['of a conflict: undone', server(1213), undone],
    ['of a duplicate key: unknown', server(1062), unknown],
    ['through TypeORM what it tells without', wrapped({ driverError: pool('ERR_HOSTPOOL_HOST_LOST') }), undone],
    ['through TypeORM what it tells without', wrapped({ driverError: server(1062) }), unknown],
    ['through Prisma of a conflict by Prisma’s code', wrapped({ code: 'P2034' }), undone],
  ])('%s', (_, error, told) => {
    expect(claimOf(error, true).told).toBe(told)
  })

  test('of no connection nothing about rows that are no transaction', () => {
    expect(claimOf(pool('ERR_HOSTPOOL_ACQUIRE_TIMEOUT'), false).told).toBe(unknown)
  })
})

function pool(code: HostpoolError['code']): HostpoolError {
  return new HostpoolError(code, 'lost')
}

function server(errno: number): Error {
  return wrapped({ errno })
}

function wrapped(properties: object): Error {
  return Object.assign(new Error('failed'), properties)
}
