import type { Check } from '../check.js'
import type { Facts, ReachedHost } from '../facts.js'
import type { Finding, Level } from '../finding.js'
import { groupBy, namesOf, reachedHosts } from '../reached.js'
import { isOn } from '../values.js'

/** Whether acknowledged writes survive a power cut. */
export const durability: Check = {
  name: 'durability',
  weight: 35,
  run: (facts) => [...unflushed(facts), ...torn(facts)],
}

/**
 * Whether other nodes have a write before the client has its acknowledgement, as in Galera: only a loss of all nodes loses the
 * write.
 */
function isReplicated({ server }: ReachedHost): boolean {
  return server.description?.kind === 'galera'
}

function unflushed(facts: Facts): readonly Finding[] {
  return byReplication(
    reachedHosts(facts).filter((host) => settingsOf(host) !== ''),
    settingsOf,
  ).map(({ hosts, settings, replicated }) => ({
    level: levelOf(replicated),
    hosts,
    problem: `Commits are not written to disk at once (${settings}).`,
    reason: replicated
      ? 'Up to a second of acknowledged writes is lost when all nodes lose power together; one node alone gets them back from the others.'
      : 'Up to a second of acknowledged writes is lost when the server, or its machine, fails.',
    remedy: 'SET GLOBAL innodb_flush_log_at_trx_commit = 1; SET GLOBAL sync_binlog = 1;   -- and in [mysqld]',
  }))
}

function settingsOf({ server: { variables } }: ReachedHost): string {
  const flush = variables.get('innodb_flush_log_at_trx_commit') ?? '1'
  const sync = isOn(variables.get('log_bin')) ? (variables.get('sync_binlog') ?? '1') : '1'
  return [
    ...(flush === '1' || flush === '3' ? [] : [`innodb_flush_log_at_trx_commit is ${flush}`]),
    ...(sync === '1' ? [] : [`sync_binlog is ${sync}`]),
  ].join(', ')
}

function torn(facts: Facts): readonly Finding[] {
  const hosts = reachedHosts(facts).filter(({ server: { variables } }) => {
    const value = variables.get('innodb_doublewrite')
    return value !== undefined && !isOn(value) && value.toUpperCase() !== 'DETECT_ONLY'
  })
  return byReplication(hosts, () => 'off').map(({ hosts: names, replicated }) => ({
    level: levelOf(replicated),
    hosts: names,
    problem: 'innodb_doublewrite is off.',
    reason: replicated
      ? 'A power cut can leave half a page, and the node then needs a whole state transfer.'
      : 'A power cut can leave half a page, which no log mends: the table is lost.',
    remedy: 'innodb_doublewrite = ON   # in [mysqld]; the file system may do the same (ZFS)',
  }))
}

function levelOf(replicated: boolean): Level {
  return replicated ? 'note' : 'warning'
}

interface Together {
  readonly hosts: readonly string[]
  readonly settings: string
  readonly replicated: boolean
}

function byReplication(hosts: readonly ReachedHost[], settings: (host: ReachedHost) => string): readonly Together[] {
  const groups = groupBy(hosts, (host) => `${String(isReplicated(host))} ${settings(host)}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    return [{ hosts: namesOf(group), settings: settings(first), replicated: isReplicated(first) }]
  })
}
