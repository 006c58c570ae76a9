import { Readable } from 'node:stream'

import { errorOf } from './callback.js'

type Answer = readonly [result: unknown, fields: unknown]

/**
 * A complete answer as a source of rows, in the shape of core's streams: `fields` for each result, with the number of rows
 * before it.
 */
export function bufferedRows(promise: Promise<Answer>): Readable {
  const source = new Readable({ objectMode: true, read: () => {} })
  fill(source, promise).catch((error: unknown) => source.destroy(errorOf(error)))
  return source
}

async function fill(source: Readable, promise: Promise<Answer>): Promise<void> {
  const [result, fields] = await promise
  let before = 0
  for (const [rows, columns] of resultsOf(result, fields)) {
    if (source.destroyed) return
    source.emit('fields', columns, before)
    const list: readonly unknown[] = Array.isArray(rows) ? rows : [rows]
    before += list.length
    for (const row of list) source.push(row)
  }
  source.push(null)
}

/** Several results (of a CALL, or of several statements) come as two parallel lists: results, and their columns. */
function resultsOf(result: unknown, fields: unknown): readonly Answer[] {
  const several =
    Array.isArray(result) && Array.isArray(fields) && fields.some((one) => one === undefined || Array.isArray(one))
  return several ? result.map((one: unknown, index) => [one, fields[index]]) : [[result, fields]]
}
