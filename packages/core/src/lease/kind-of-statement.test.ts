import { describe, expect, it } from 'vitest'

import { StatementKinds } from '../sql/statement-kind.js'
import { kindOfStatement } from './kind-of-statement.js'

const kinds = new StatementKinds()
const raw = (sql: string): object => ({ toSqlString: () => sql })

describe('the kind of a statement with values', () => {
  it.each([
    ['of plain values', ['a', 1], 'read', false],
    ['of SQL that calls a harmless function', [raw('NOW()')], 'read', false],
    ['of SQL that calls any other', [raw('charge(7)')], 'write', true],
    ['of SQL in a list', [[1, [raw('charge(7)')]]], 'write', true],
    ['of SQL that sets a variable', [raw('@a := 1')], 'write', true],
    [
      'of SQL that cannot be had',
      [
        {
          toSqlString: () => {
            throw new Error('no')
          },
        },
      ],
      'read',
      false,
    ],
  ])('is that of the text with them: %s', (_, values, kind, mayTaint) => {
    expect(kindOfStatement(kinds, { sql: 'SELECT ?', values }, false)).toMatchObject({ kind, mayTaint })
  })

  it('is that of the text with values by name', () => {
    const statement = { sql: 'SELECT :a', values: { a: raw('charge(7)') } }
    expect(kindOfStatement(kinds, statement, false, { namedPlaceholders: true })).toMatchObject({ kind: 'write' })
  })

  it('is that of the text alone where the statement is prepared', () => {
    expect(kindOfStatement(kinds, { sql: 'SELECT ?', values: [raw('charge(7)')] }, true)).toMatchObject({
      kind: 'read',
    })
  })
})
