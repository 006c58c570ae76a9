import type { Answer } from '../../driver/question.js'
import { factsOf, type Facts, recordsOf, stated } from '../answer.js'
import { readOnlyReason, readOnlyRows } from '../read-only.js'
import { isMariaDb, type Limits, type ProbeKind, unusable, type Verdict } from '../verdict.js'

/** A primary and its replicas. A server that replicates from nobody is a primary. */
export const replicationProbe: ProbeKind = {
  name: 'replication',
  resetIsSafe: true,
  questions: (server) => [readOnlyRows(server), statusSql(server.version)],
  privilege: (version) =>
    `${isMariaDb(version) && isAtLeast(version, [10, 5, 9]) ? 'REPLICA MONITOR' : 'REPLICATION CLIENT'} ON *.*`,
  judge,
}

/** How well one source is followed: of several, the worst counts. */
interface Following {
  readonly standing: 'good' | 'behind' | 'broken'
  readonly reason: string
}

function judge([readOnly, status]: readonly Answer[], limits: Limits): Verdict {
  const facts = factsOf(readOnly)
  stated(facts, 'READ_ONLY')
  const reasonAgainstWrites = readOnlyReason(facts)
  const sources = recordsOf(status).map((source) => follow(source, limits))
  const broken = sources.find(({ standing }) => standing === 'broken')
  if (broken !== undefined) return unusable(broken.reason)
  const behind = sources.find(({ standing }) => standing === 'behind')
  const reason = behind?.reason ?? reasonAgainstWrites ?? ''
  return { usable: true, writable: reasonAgainstWrites === undefined, lastResort: behind !== undefined, reason }
}

function follow(source: Facts, { maxReplicaLag }: Limits): Following {
  const io = either(source, 'REPLICA_IO_RUNNING', 'SLAVE_IO_RUNNING')
  const sql = either(source, 'REPLICA_SQL_RUNNING', 'SLAVE_SQL_RUNNING')
  if (sql !== 'YES') return { standing: 'broken', reason: 'its replica SQL thread is not running' }
  if (io === 'NO') return { standing: 'broken', reason: 'its replica I/O thread is not running' }
  // Its own fault or not: with its primary gone, what it has may be the best there is.
  if (io !== 'YES') return { standing: 'behind', reason: 'it cannot reach its primary' }
  const seconds = either(source, 'SECONDS_BEHIND_SOURCE', 'SECONDS_BEHIND_MASTER')
  if (seconds === undefined || !Number.isFinite(Number(seconds)))
    return { standing: 'broken', reason: 'it does not know how far it is behind its primary' }
  const tooFar = maxReplicaLag > 0 && Number(seconds) * 1000 > maxReplicaLag
  return tooFar
    ? { standing: 'behind', reason: `it is ${seconds} s behind its primary` }
    : { standing: 'good', reason: '' }
}

function either(facts: Facts, name: string, formerly: string): string | undefined {
  return (facts.get(name) ?? facts.get(formerly))?.toUpperCase()
}

/** MariaDB shows one source only unless asked for all; MySQL shows all, and has renamed the statement. */
function statusSql(version: string): string {
  if (isMariaDb(version)) return 'SHOW ALL SLAVES STATUS'
  return isAtLeast(version, [8, 0, 22]) ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS'
}

function isAtLeast(version: string, least: readonly [number, number, number]): boolean {
  const parts = version.split(/\D+/).map(Number)
  for (const [index, wanted] of least.entries()) {
    const part = parts[index] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}
