import { HostpoolError, type Pool, type StatementResult } from '@mysql-hostpool/core'

import { asItIs, type ToUtcStatement, withHint, withSetStatement } from './sql/utc-statement.js'
import { PRISMA_DECODING } from './values/decoding.js'

/** The facts about the servers that the adapter needs, asked once when a client connects. */
export interface ServerFacts {
  readonly supportsRelationJoins: boolean
  /** Makes a statement run in UTC; changes nothing where sessions are already in UTC. */
  readonly toUtc: ToUtcStatement
}

// A zone is judged by three moments and not by its name: a server that was started in a London winter also calls its zone
// `GMT`, and London was an hour ahead all through 1970.
const QUESTION = `SELECT VERSION(), @@session.time_zone,
  UNIX_TIMESTAMP('1970-07-01 00:00:00') = 15638400
  AND UNIX_TIMESTAMP('2024-01-15 00:00:00') = 1705276800
  AND UNIX_TIMESTAMP('2024-07-15 00:00:00') = 1721001600`

export async function askServerFacts(pool: Pool): Promise<ServerFacts> {
  const [rows] = await pool.query<StatementResult>({ sql: QUESTION, access: 'read', decoding: PRISMA_DECODING })
  return inferFacts(readAnswer(rows))
}

/**
 * @throws ERR_HOSTPOOL_UNSUPPORTED for any other answer than the one row of the question: from a mock, or from a proxy with a
 * rule of its own.
 */
export function readAnswer(rows: unknown): ServerAnswer {
  const [row] = Array.isArray(rows) ? (rows as readonly unknown[]) : []
  const [version, timeZone, isUtc] = Array.isArray(row) ? (row as readonly unknown[]) : []
  if (typeof version !== 'string' || typeof timeZone !== 'string') {
    throw new HostpoolError(
      'ERR_HOSTPOOL_UNSUPPORTED',
      `The server did not answer the question for its version and its time zone (${QUESTION}) with one row of these values`,
    )
  }
  return { version, timeZone, isUtc: Number(isUtc) === 1 }
}

export interface ServerAnswer {
  readonly version: string
  readonly timeZone: string
  readonly isUtc: boolean
}

/** @throws ERR_HOSTPOOL_UNSUPPORTED when TIMESTAMPs would be read and written in another zone than Prisma's UTC. */
export function inferFacts({ version, timeZone, isUtc }: ServerAnswer): ServerFacts {
  const isMariaDb = /mariadb/i.test(version)
  return {
    supportsRelationJoins: !isMariaDb && isAtLeast(version, [8, 0, 13]),
    toUtc: isUtc ? asItIs : chooseToUtc(version, isMariaDb, timeZone),
  }
}

function chooseToUtc(version: string, isMariaDb: boolean, timeZone: string): ToUtcStatement {
  if (isMariaDb) return withSetStatement
  if (isAtLeast(version, [8, 0, 17])) return withHint
  throw new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    `The pool's sessions are in the time zone '${timeZone}', but Prisma reads and writes TIMESTAMP columns in UTC, ` +
      `and MySQL ${version} cannot set the time zone for single statements. ` +
      "Give the pool the option sessionVariables: { time_zone: '+00:00' }",
  )
}

function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const numbers = version.split(/[.-]/, wanted.length).map(Number)
  for (const [index, want] of wanted.entries()) {
    const have = numbers[index] ?? 0
    if (have !== want) return have > want
  }
  return true
}
