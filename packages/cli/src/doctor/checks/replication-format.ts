import type { Check } from '../check.js'
import type { Facts } from '../facts.js'
import type { Finding } from '../finding.js'
import { namesOf, reachedHosts, reachedOf } from '../reached.js'

/** Whether the binary log has changes row by row, as clusters need it. */
export const replicationFormat: Check = {
  name: 'replication-format',
  weight: 62,
  run: (facts) => [...format(facts), ...keyLocks(facts)],
}

function format(facts: Facts): readonly Finding[] {
  const clustered = reachedHosts(facts).filter(({ server }) => server.description?.kind !== 'replication')
  const wrong = clustered.filter(({ server }) => !/^(?:ROW|)$/i.test(server.session.get('binlog_format') ?? ''))
  const [first] = wrong
  if (first === undefined) return []
  return [
    {
      level: 'error',
      hosts: namesOf(wrong),
      problem: `binlog_format is ${first.server.session.get('binlog_format') ?? ''}.`,
      reason: 'Statements that are run again on another node give other rows there: the nodes fall apart.',
      remedy: 'SET GLOBAL binlog_format = ROW;   -- and in [mysqld]',
    },
  ]
}

function keyLocks(facts: Facts): readonly Finding[] {
  const wrong = reachedOf(facts, 'galera').filter(
    ({ server }) => (server.variables.get('innodb_autoinc_lock_mode') ?? '2') !== '2',
  )
  if (wrong.length === 0) return []
  return [
    {
      level: 'warning',
      hosts: namesOf(wrong),
      problem: 'innodb_autoinc_lock_mode is not 2.',
      reason: 'Nodes that apply inserts of others in parallel deadlock on the lock of generated keys.',
      remedy: 'innodb_autoinc_lock_mode = 2   # in [mysqld]',
    },
  ]
}
