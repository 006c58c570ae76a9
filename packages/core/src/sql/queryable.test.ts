import { describe, expectTypeOf, it } from 'vitest'

import type { Queryable } from './queryable.js'
import type { ResultSetHeader } from './statement.js'

interface Task {
  readonly id: number
}

// Checked by the compiler.
describe('the type of a result', () => {
  it('is a list of rows, what a statement without rows tells, or both', () => {
    const typed = (pool: Queryable): unknown[] => [
      pool.query<Task[]>('SELECT id FROM task'),
      pool.query<ResultSetHeader>('DELETE FROM task'),
      pool.query<[Task[], ResultSetHeader]>('SELECT id FROM task; DELETE FROM task'),
      pool.execute<number[][]>({ sql: 'SELECT id FROM task', rowsAsArray: true }),
    ]
    expectTypeOf(typed).returns.toEqualTypeOf<unknown[]>()
  })

  it('is not one row, nor a value', () => {
    const wrong = (pool: Queryable): unknown[] => [
      // @ts-expect-error -- one row is Task[]
      pool.query<Task>('SELECT id FROM task'),
      // @ts-expect-error -- a number comes in a row
      pool.query<number>('SELECT 1'),
      // @ts-expect-error -- as the text protocol's
      pool.execute<Task>('SELECT id FROM task'),
    ]
    expectTypeOf(wrong).returns.toEqualTypeOf<unknown[]>()
  })
})
