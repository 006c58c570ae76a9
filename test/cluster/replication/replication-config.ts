import type { NodeFiles } from '../node-files.js'
import { formatConfig, type ServerSettings, STORAGE_SETTINGS } from '../server-config.js'

export interface ReplicationConfig {
  readonly files: NodeFiles
  readonly host: string
  readonly port: number
  readonly maxConnections: number
}

/** What can be another one each time that a server is started. */
export interface StartConfig {
  /** Whether it refuses writes from the start. */
  readonly readOnly: boolean
  /** Replicas pass over what was written under their own. */
  readonly serverId: number
}

/**
 * What both kinds share. No sync to a disk, for the data is thrown away; what a server has committed survives its process all
 * the same, or a killed one would come back with a history that it does not have.
 */
function common({ files, host, port, maxConnections }: ReplicationConfig): ServerSettings {
  return {
    datadir: files.data,
    socket: files.socket,
    pid_file: files.serverPid,
    log_error: files.log,
    tmpdir: files.temporary,
    bind_address: host,
    report_host: host,
    port,
    max_connections: maxConnections,
    max_connect_errors: 1_000_000,
    innodb_flush_log_at_trx_commit: 2,
    sync_binlog: 0,
    log_bin: 'binlog',
    log_slave_updates: 'ON',
    relay_log: 'relaylog',
  }
}

/** The text of the option file of a MariaDB server. */
export function mariaDbConfig(config: ReplicationConfig): string {
  return formatConfig(STORAGE_SETTINGS, common(config), { gtid_strict_mode: 'ON' })
}

/** The arguments of a MySQL server. */
export function mySqlSettings(config: ReplicationConfig): readonly string[] {
  const { log_slave_updates, ...shared } = common(config)
  const settings: ServerSettings = {
    ...shared,
    log_replica_updates: log_slave_updates ?? 'ON',
    innodb_buffer_pool_size: '32M',
    gtid_mode: 'ON',
    enforce_gtid_consistency: 'ON',
    relay_log_recovery: 'ON',
  }
  const named = Object.entries(settings).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`)
  return ['--skip-name-resolve', ...named]
}
