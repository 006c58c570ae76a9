import { setTimeout as sleep } from 'node:timers/promises'
import type { Figure, TrialResult } from '../benchmark.js'
import { hostsOf } from '../servers/host-access.js'
import type { Assignment } from '../trial.js'
import { type Burst, BURSTS, type SpikeSubjectName } from './benchmark.js'
import { createSubject, type SpikeSubject } from './create-subject.js'

/** Queries that the compiler sees before the burst; with fewer its first collection of garbage falls into it. */
const WARM_UP = { full: 3_000, quick: 1_000 }
/** After so long, in connect times, a connection that was begun has been opened. */
const SETTLED = 3

/** Sends every burst through a pool of its own. */
export async function measureSpike({ subject: name, access, quick }: Assignment): Promise<TrialResult> {
  const figures: Figure[] = []
  const configurations: string[] = []
  for (const [index, burst] of BURSTS.entries()) {
    const host = hostsOf(access)[index]
    if (host === undefined) throw new Error(`there is no host for ${burst.name}`)
    const subject = createSubject(name as SpikeSubjectName, host, burst)
    await openIdle(subject, burst.idle, quick ? WARM_UP.quick : WARM_UP.full)
    const before = subject.opened
    const sql = `SELECT 1 /* takes ${burst.queryTime} ms */`
    const begin = performance.now()
    await Promise.all(Array.from({ length: burst.queries }, () => subject.query(sql)))
    figures.push({ case: burst.name, metric: 'time', value: performance.now() - begin })
    await sleep(burst.connectTime * SETTLED)
    figures.push({ case: burst.name, metric: 'opened', value: subject.opened - before })
    configurations.push(`${burst.name}: ${subject.configuration}`)
    await subject.end()
  }
  return { configuration: configurations.join('; '), figures }
}

async function openIdle(subject: SpikeSubject, connections: Burst['idle'], queries: number): Promise<void> {
  if (connections === 0) return
  const borrowed = await Promise.all(Array.from({ length: connections }, () => subject.acquire()))
  for (const connection of borrowed) await connection.release()
  for (let query = 0; query < queries; query += 1) await subject.query('SELECT 1')
}
