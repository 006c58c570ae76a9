import type { QueryResult } from '@mysql-hostpool/core'
import { describe, expect, test } from 'vitest'

import { GeneratedIdWatch } from './generated-ids.js'

const INSERT = 'INSERT INTO `author`(`id`, `name`) VALUES (DEFAULT, ?), (DEFAULT, ?)'
const answer = { insertId: 4, affectedRows: 2 }

/** A watch over a server that counts in such steps; `see` resolves when what it started is done. */
function watchOver(...steps: readonly (number | Error)[]) {
  const warnings: string[] = []
  let asked = 0
  const query = async <T>(): Promise<QueryResult<T>> => {
    const step = steps[Math.min(asked, steps.length - 1)]
    asked += 1
    if (step instanceof Error) throw step
    // the only question there is
    return [[{ step }], []] as unknown as QueryResult<T>
  }
  const watch = new GeneratedIdWatch(
    () => ({ query }),
    (message) => warnings.push(message),
  )
  const see = async (sql: string, result: unknown): Promise<void> => {
    watch.see(sql, result)
    await new Promise(setImmediate)
  }
  return { see, warnings, asked: () => asked }
}

describe('an insert of several rows with generated ids', () => {
  test('is warned of once where the server leaves gaps, with the remedy', async () => {
    const { see, warnings } = watchOver(3)
    await see(INSERT, answer)
    await see(INSERT, answer)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/server by 3 .*type: 'mariadb'/)
  })

  test('is fine where the server leaves none, and is asked about once', async () => {
    const { see, warnings, asked } = watchOver(1)
    await see(INSERT, answer)
    await see(INSERT, answer)
    expect(warnings).toEqual([])
    expect(asked()).toBe(1)
  })

  test('is asked about again when the question failed', async () => {
    const { see, warnings } = watchOver(new Error('lost'), 3)
    await see(INSERT, answer)
    expect(warnings).toEqual([])
    await see(INSERT, answer)
    expect(warnings).toHaveLength(1)
  })
})

test.each([
  ['an insert of one row', INSERT, { insertId: 4, affectedRows: 1 }],
  ['an insert that answered its rows', `${INSERT} RETURNING \`id\``, [{ id: 4 }, { id: 7 }]],
  ['an insert without generated ids', INSERT, { insertId: 0, affectedRows: 2 }],
  ["an insert of the application's own", 'INSERT INTO author (name) VALUES (?), (?)', answer],
  ['an update', 'UPDATE `author` SET `name` = ?', { insertId: 0, affectedRows: 2 }],
  ['rows', 'SELECT 1', [{ insertId: 4, affectedRows: 2 }]],
  ['nothing', 'DO 1', undefined],
])('%s is none of it', async (_what, sql, result) => {
  const { see, asked } = watchOver(3)
  await see(sql, result)
  expect(asked()).toBe(0)
})
