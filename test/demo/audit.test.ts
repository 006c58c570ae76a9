import { describe, expect, test } from 'vitest'
import { audit } from './audit.js'
import { Ledger, Outcome } from './ledger.js'

function auditOne(outcome: Outcome, found: number) {
  const ledger = new Ledger()
  ledger.open('a', 3)
  ledger.settle('a', outcome)
  return audit(ledger.entries, new Map(found === 0 ? [] : [['a', found]]))
}

test('acknowledged writes are counted with their rows', () => {
  expect(auditOne(Outcome.Acknowledged, 3)).toEqual({
    kept: 1,
    keptRows: 3,
    unknownThere: 0,
    unknownNotThere: 0,
    problems: [],
  })
})

describe('a write of unknown outcome may have happened or not', () => {
  test.each([
    [Outcome.Unknown, 3, 1, 0],
    [Outcome.Unknown, 0, 0, 1],
    [Outcome.Open, 3, 1, 0],
    [Outcome.Open, 0, 0, 1],
  ])('%s with %i rows', (outcome, found, unknownThere, unknownNotThere) => {
    expect(auditOne(outcome, found)).toMatchObject({ kept: 0, unknownThere, unknownNotThere, problems: [] })
  })
})

describe('everything else is a problem', () => {
  test.each([
    ['an acknowledged write that is missing', Outcome.Acknowledged, 0, 'acknowledged write a is missing'],
    ['an acknowledged write in part', Outcome.Acknowledged, 2, 'acknowledged write a has 2 rows in place of 3'],
    ['an acknowledged write twice', Outcome.Acknowledged, 6, 'acknowledged write a has 6 rows in place of 3'],
    ['a write of unknown outcome twice', Outcome.Unknown, 6, 'unknown write a has 6 rows in place of 3'],
    ['a write of unknown outcome in part', Outcome.Unknown, 1, 'unknown write a has 1 rows in place of 3'],
    ['a failed write that happened', Outcome.Failed, 3, 'failed write a is there all the same'],
  ])('%s', (_, outcome, found, problem) => {
    expect(auditOne(outcome, found).problems).toEqual([problem])
  })

  test('rows that nobody wrote', () => {
    expect(audit([], new Map([['b', 1]])).problems).toEqual(['there are rows of a request b that nobody made'])
  })
})
