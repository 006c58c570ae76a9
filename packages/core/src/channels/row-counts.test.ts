import { describe, expect, it } from 'vitest'

import { rowCounts } from './row-counts.js'

const COLUMN = { name: 'id' }

describe('the rows of an answer', () => {
  it.each([
    ['rows', [{ id: 1 }, { id: 2 }], [COLUMN], { rows: 2, affectedRows: undefined }],
    ['rows as arrays', [[1], [2], [3]], [COLUMN], { rows: 3, affectedRows: undefined }],
    ['no rows', [], [COLUMN], { rows: 0, affectedRows: undefined }],
    ['a write', { affectedRows: 3 }, undefined, { rows: undefined, affectedRows: 3 }],
    ['a procedure', [[{ id: 1 }], { affectedRows: 0 }], [[COLUMN], undefined], { rows: 1, affectedRows: 0 }],
    [
      'several results',
      [{ affectedRows: 2 }, [{ id: 1 }], [{ id: 2 }]],
      [undefined, [COLUMN], [COLUMN]],
      { rows: 2, affectedRows: 2 },
    ],
    ['nothing', undefined, undefined, { rows: undefined, affectedRows: undefined }],
  ])('are counted: %s', (_, result, fields, expected) => {
    expect(rowCounts(result, fields)).toEqual(expected)
  })
})
