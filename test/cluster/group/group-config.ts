import type { NodeFiles } from '../node-files.js'

export interface MemberConfig {
  readonly files: NodeFiles
  readonly index: number
  readonly host: string
  readonly port: number
  /** A UUID. */
  readonly groupName: string
  /** The port on 127.0.0.1 by which each member talks to the others. */
  readonly groupPorts: readonly number[]
  readonly singlePrimary: boolean
  readonly maxConnections: number
}

/**
 * A member's arguments. No sync to a disk, for the data is thrown away; what a member has committed survives its process all the
 * same, or a killed one would come back without some of what the group believes it to have. What decides about failures is left as MySQL has it.
 */
export function memberSettings(config: MemberConfig): readonly string[] {
  const { files, index, host, port, groupName, groupPorts, singlePrimary, maxConnections } = config
  const seeds = groupPorts.map((each) => `127.0.0.1:${each}`)
  const settings: Readonly<Record<string, string | number>> = {
    datadir: files.data,
    tmpdir: files.temporary,
    socket: files.socket,
    'pid-file': files.serverPid,
    'log-error': files.log,
    'bind-address': host,
    'report-host': host,
    port,
    'server-id': index + 1,
    'max-connections': maxConnections,
    'max-connect-errors': 1_000_000,
    'innodb-buffer-pool-size': '32M',
    'innodb-flush-log-at-trx-commit': 2,
    'sync-binlog': 0,
    'gtid-mode': 'ON',
    'enforce-gtid-consistency': 'ON',
    'plugin-load-add': 'group_replication.so',
    'loose-group-replication-group-name': groupName,
    'loose-group-replication-start-on-boot': 'OFF',
    // The group refuses addresses that are not an interface's own, as those of the block are.
    'loose-group-replication-local-address': seeds[index] ?? '',
    'loose-group-replication-group-seeds': seeds.join(','),
    'loose-group-replication-ip-allowlist': '127.0.0.0/8',
    'loose-group-replication-recovery-get-public-key': 'ON',
    'loose-group-replication-single-primary-mode': singlePrimary ? 'ON' : 'OFF',
  }
  return ['--skip-name-resolve', ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)]
}
