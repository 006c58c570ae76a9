import { createPool } from '@mysql-hostpool/core'
import type { TrialResult } from '../benchmark.js'
import { closedLoop } from '../query/loops.js'
import type { Assignment } from '../trial.js'
import { CASE, LEVELS } from './benchmark.js'

const CALLERS = 16
const CONNECTIONS = 30
const WARM_UP = { full: 2_000, quick: 800 }
const TIME = { full: 1_200, quick: 300 }

export async function measureLevels({ subject, access, quick }: Assignment): Promise<TrialResult> {
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
  const operate = () => pool.query('SELECT 1 AS one, ? AS two', [2])
  await closedLoop(operate, CONNECTIONS, quick ? WARM_UP.quick : WARM_UP.full, Infinity)
  const { cpu, throughput, p50 } = await closedLoop(operate, CALLERS, Infinity, quick ? TIME.quick : TIME.full)
  await pool.end()
  const configuration = JSON.stringify(level.options) + (heard > 0 ? ', acquire and release heard' : '')
  return {
    configuration,
    figures: Object.entries({ cpu, throughput, p50 }).map(([metric, value]) => ({ case: CASE, metric, value })),
  }
}
