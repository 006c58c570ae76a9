import { createPool } from '@mysql-hostpool/core'
import type { TrialResult } from '../benchmark.js'
import { closedLoop, closedLoopInTurns, figuresUnder } from '../load/loops.js'
import type { Assignment, Turn } from '../trial.js'
import { CASE, LEVELS } from './benchmark.js'

const CALLERS = 16
const CONNECTIONS = 30
const SLICES = {
  full: { warmUp: { operations: 2_000, milliseconds: 1_000 }, slices: 16, milliseconds: 40 },
  quick: { warmUp: { operations: 800, milliseconds: 400 }, slices: 6, milliseconds: 40 },
}

export async function measureLevels({ subject, access, quick }: Assignment, turn: Turn): Promise<TrialResult> {
  const level = LEVELS[subject]
  if (level === undefined) throw new Error(`there is no level "${subject}"`)
  const { hosts, user, password, database } = access
  const pool = createPool({ host: hosts, user, password, database, connectionLimit: CONNECTIONS, ...level.options })
  let heard = 0
  if (level.listens === true) {
    pool.on('acquire', () => {
      heard += 1
    })
    pool.on('release', () => {
      heard += 1
    })
  }
  const sql = 'SELECT 1 AS one, ? AS two'
  const operate = level.prepared === true ? () => pool.execute(sql, [2]) : () => pool.query(sql, [2])
  // All connections are open before anything is measured.
  await closedLoop(operate, CONNECTIONS, CONNECTIONS, Infinity)
  const slices = quick ? SLICES.quick : SLICES.full
  const found = await closedLoopInTurns(operate, CALLERS, slices, turn, CONNECTIONS)
  await pool.end()
  const configuration = JSON.stringify(level.options) + (heard > 0 ? ', acquire and release heard' : '')
  return { configuration, figures: figuresUnder(CASE, found) }
}
