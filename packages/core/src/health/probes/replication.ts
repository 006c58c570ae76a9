import type { Answer } from '../../driver/question.js'
import { factsOf, type Facts, recordsOf, stated } from '../answer.js'
import type { Source } from '../../hosts/succession.js'
import { readOnlyReason, readOnlyRows } from '../read-only.js'
import type { Limits, ProbeKind, ProbeResult } from '../probe-result.js'
import { isAtLeast, isMariaDb } from '../server-version.js'

/** The probe of a primary and its replicas. A server that replicates from no other server is a primary. */
export const replicationProbe: ProbeKind = {
  name: 'replication',
  variables: [],
  // A single server looks like a primary, and either may become a replica at any time.
  matches: () => true,
  allegiance: (_server, follows) => ({ is: 'none', follows }),
  resetIsSafe: true,
  queries: (server) => [readOnlyRows(server), statusSql(server.version)],
  privilege: (version) =>
    `${isMariaDb(version) && isAtLeast(version, [10, 5, 9]) ? 'REPLICA MONITOR' : 'REPLICATION CLIENT'} ON *.*`,
  evaluate,
}

/** Whether a replica is behind one of its sources. With several sources, the first one with a problem counts. */
interface Following {
  readonly behind: boolean
  readonly reason: string
}

function evaluate([readOnly, status]: readonly Answer[], limits: Limits): ProbeResult {
  const facts = factsOf(readOnly)
  stated(facts, 'READ_ONLY')
  const reasonAgainstWrites = readOnlyReason(facts)
  const writable = reasonAgainstWrites === undefined
  const rows = recordsOf(status)
  const sources = rows.map(sourceOf)
  // A writable server whose replication is stopped altogether is no replica any more: it may have been promoted.
  const followed = writable && sources.every(({ stopped }) => stopped) ? [] : rows
  const behind = followed.map((row) => follow(row, limits)).find((each) => each.behind)
  const reason = behind?.reason ?? reasonAgainstWrites ?? ''
  return { usable: true, writable, lastResort: behind !== undefined, reason, sources }
}

/**
 * Judges a replica by one of its sources. A replica whose replication has stopped counts as behind, not as down: it may be the
 * best host there is while an operator promotes another one.
 */
function follow(source: Facts, { maxReplicaLag }: Limits): Following {
  const { io, sql } = threads(source)
  if (sql !== 'YES') return { behind: true, reason: 'its replica SQL thread is not running' }
  if (io === 'NO') return { behind: true, reason: 'its replica I/O thread is not running' }
  // The I/O thread is still connecting: the fault may be the replica's, the primary's or the network's.
  if (io !== 'YES') return { behind: true, reason: 'it cannot reach its primary' }
  const seconds = either(source, 'SECONDS_BEHIND_SOURCE', 'SECONDS_BEHIND_MASTER')
  if (seconds === undefined || !Number.isFinite(Number(seconds)))
    return { behind: true, reason: 'it does not know how far it is behind its primary' }
  const tooFar = maxReplicaLag > 0 && Number(seconds) * 1000 > maxReplicaLag
  return { behind: tooFar, reason: tooFar ? `it is ${seconds} s behind its primary` : '' }
}

function threads(source: Facts): { readonly io: string | undefined; readonly sql: string | undefined } {
  return {
    io: either(source, 'REPLICA_IO_RUNNING', 'SLAVE_IO_RUNNING'),
    sql: either(source, 'REPLICA_SQL_RUNNING', 'SLAVE_SQL_RUNNING'),
  }
}

function sourceOf(source: Facts): Source {
  const { io, sql } = threads(source)
  const host = raw(source, 'SOURCE_HOST', 'MASTER_HOST')
  const port = raw(source, 'SOURCE_PORT', 'MASTER_PORT')
  const id = raw(source, 'SOURCE_SERVER_ID', 'MASTER_SERVER_ID')
  return {
    stopped: io === 'NO' && sql === 'NO',
    // The UUID is empty, and the id is 0, before the replica has reached its source for the first time.
    uuid: raw(source, 'SOURCE_UUID', 'MASTER_UUID') || undefined,
    id: id === '0' ? undefined : id,
    address: host === undefined || port === undefined ? undefined : `${host}:${port}`,
  }
}

function raw(facts: Facts, name: string, formerly: string): string | undefined {
  return facts.get(name) ?? facts.get(formerly) ?? undefined
}

function either(facts: Facts, name: string, formerly: string): string | undefined {
  return raw(facts, name, formerly)?.toUpperCase()
}

/** The statement that shows all sources. MariaDB needs ALL for more than one. MySQL renamed its statement in 8.0.22. */
function statusSql(version: string): string {
  if (isMariaDb(version)) return 'SHOW ALL SLAVES STATUS'
  return isAtLeast(version, [8, 0, 22]) ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS'
}
