import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { AFTER_KEYWORDS, CALLS, CALLS_AT_ONCE } from '../../packages/core/src/sql/pure-functions.js'
import { directConnection, freshDatabase } from './setup/fresh-database.js'
import { shadowed } from './statements/shadowed.js'
import { trial } from './statements/trial.js'
import { type Server, World } from './statements/world.js'

/** `STATEMENTS=50000 SEED=7` in the environment make a long trial of it. */
const STATEMENTS = Number(process.env['STATEMENTS'] ?? 3000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)

const MODES = ['', 'ANSI_QUOTES', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', 'ORACLE', 'MSSQL']

let server: Server
let connection: Connection

beforeAll(async () => {
  const { host: hosts, user, password, database } = await freshDatabase('statement_kind')
  const [, host = '', port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(hosts.split(',')[0] ?? '') ?? []
  server = { host, port: Number(port ?? 3306), user, password, database }
  await World.build(server)
  connection = await directConnection(`${host}:${server.port}`)
  await connection.query(`CREATE DATABASE IF NOT EXISTS ${database}_names`)
  await connection.query(`USE ${database}_names`)
})

afterAll(async () => {
  await connection.query(`DROP DATABASE ${server.database}_names`)
  await connection.end()
})

describe('what the classifier takes for a read', () => {
  it.for(MODES)('leaves no trace on a server with sql_mode "%s"', { timeout: 600_000 }, async (mode, { skip }) => {
    // MySQL has neither of the last two.
    if (!(await World.knows(server, mode))) skip()
    const seed = SEED + MODES.indexOf(mode)
    const outcome = await trial(server, { seed, statements: STATEMENTS / MODES.length, mode, others: 0.1 })
    if (STATEMENTS > 3000) process.stdout.write(`${mode} (seed ${seed}): ${JSON.stringify(outcome)}\n`)
    expect(outcome.faults, `seed ${seed}`).toEqual([])
    // Less would prove little.
    expect(outcome.acceptedReads / outcome.reads, `seed ${seed}`).toBeGreaterThan(0.3)
    expect(outcome.othersWithTraces, `seed ${seed}`).toBeGreaterThan(0)
  })
})

describe('a stored function', () => {
  it('is never what a word of the list of pure ones calls', { timeout: 120_000 }, async () => {
    expect(await shadowed(connection, CALLS_AT_ONCE, [''])).toEqual([])
    expect(await shadowed(connection, [...AFTER_KEYWORDS, ...CALLS], ['', ' ', '/**/'])).toEqual([])
  })

  it('is what some of them call when a space is before the parenthesis', async () => {
    expect(await shadowed(connection, ['count', 'f1'], [' '])).toContain(': count (1)')
  })
})
