import { beforeAll, describe, expect, it } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'
import { trial } from './statements/trial.js'
import { type Server, World } from './statements/world.js'

/** `STATEMENTS=50000 SEED=7` in the environment make a long trial of it. */
const STATEMENTS = Number(process.env['STATEMENTS'] ?? 3000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)

const MODES = ['', 'ANSI_QUOTES', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', 'ORACLE', 'MSSQL']

let server: Server

beforeAll(async () => {
  const { host: hosts, user, password, database } = await freshDatabase('statement_kind')
  const [, host = '', port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(hosts.split(',')[0] ?? '') ?? []
  server = { host, port: Number(port ?? 3306), user, password, database }
  await World.build(server)
})

describe('what the classifier takes for a read', () => {
  it.each(MODES)('leaves no trace on a server with sql_mode "%s"', { timeout: 600_000 }, async (mode) => {
    const seed = SEED + MODES.indexOf(mode)
    const outcome = await trial(server, { seed, statements: STATEMENTS / MODES.length, mode, others: 0.1 })
    if (STATEMENTS > 3000) process.stdout.write(`${mode} (seed ${seed}): ${JSON.stringify(outcome)}\n`)
    expect(outcome.faults, `seed ${seed}`).toEqual([])
    // Less would prove little.
    expect(outcome.acceptedReads / outcome.reads, `seed ${seed}`).toBeGreaterThan(0.3)
    expect(outcome.othersWithTraces, `seed ${seed}`).toBeGreaterThan(0)
  })
})
