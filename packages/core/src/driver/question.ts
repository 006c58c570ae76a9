import type { TypeCastField } from '../sql/decoding.js'
import type { DriverConnection } from './port.js'

/** One value of an answer; undefined where a row is shorter than its reader expects. */
export type Cell = string | number | null | undefined

/** The answer of a server to a question of the pool's own: rows that have been checked. */
export interface Answer {
  /** Names of the columns. */
  readonly columns: readonly string[]
  /** The values of each row, in the order of the columns. */
  readonly rows: readonly (readonly (string | number | null | undefined)[])[]
}

export type AnswerDone = (error: Error | null, answer?: Answer) => void

/** The largest number of values in an answer. No question of the pool needs more than a few dozen rows of a few dozen columns. */
const MOST_CELLS = 20_000

/** The longest value, in characters. The longest real one is a list of the addresses of all members. */
const LONGEST_CELL = 64 * 1024

/** The error for an answer that does not fit its question: no client could use it. */
export class UnexpectedAnswer extends Error {
  constructor(what: string) {
    super(`it answered a question of the pool with ${what}`)
  }
}

/**
 * Asks a question of the pool's own. The result is rows of texts and numbers, or an error: the answer is checked while it
 * arrives, and nothing unchecked is passed on.
 */
export function question(connection: DriverConnection, sql: string, done: AnswerDone): void {
  let cells = 0
  const typeCast = (_: TypeCastField, next: () => unknown): unknown => {
    cells += 1
    if (cells > MOST_CELLS) throw new UnexpectedAnswer(`more than ${MOST_CELLS} values`)
    return cellOf(next())
  }
  connection.query({ sql, rowsAsArray: true, typeCast }, {}, (error, result, fields) => {
    if (error !== null) {
      done(error)
      return
    }
    const answer = answerOf(result, fields)
    if (answer instanceof Error) done(answer)
    else done(null, answer)
  })
}

/** Checks an answer as the driver has decoded it. Returns the answer, or the error that names its fault. */
export function answerOf(result: unknown, fields: unknown): Answer | UnexpectedAnswer {
  if (!Array.isArray(result) || !Array.isArray(fields)) return new UnexpectedAnswer('OK, and no rows')
  const columns: string[] = []
  for (const field of fields as readonly unknown[]) {
    const name = typeof field === 'object' && field !== null && 'name' in field ? field.name : undefined
    if (typeof name !== 'string') return new UnexpectedAnswer('several results')
    columns.push(name)
  }
  const rows: (readonly Cell[])[] = []
  for (const row of result as readonly unknown[]) {
    if (!Array.isArray(row) || row.length !== columns.length) {
      return new UnexpectedAnswer(`a row that has not ${columns.length} values`)
    }
    try {
      rows.push(row.map(cellOf))
    } catch (error) {
      return error as UnexpectedAnswer
    }
  }
  return { columns, rows }
}

function cellOf(value: unknown): Cell {
  if (value === null || typeof value === 'number') return value
  const text = Buffer.isBuffer(value) ? value.toString('utf8', 0, LONGEST_CELL + 1) : value
  if (typeof text === 'bigint') return String(text)
  if (text instanceof Date) return String(text)
  if (typeof text !== 'string') throw new UnexpectedAnswer('a value that is neither text nor number')
  if (text.length > LONGEST_CELL) throw new UnexpectedAnswer(`a value of more than ${LONGEST_CELL} characters`)
  return text
}
