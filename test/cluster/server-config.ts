import type { AddressBlock } from './address-block.js'
import type { NodeFiles } from './node-files.js'

/** Further lines for the servers' configuration, by the names the server knows. */
export type ServerSettings = Readonly<Record<string, string | number>>

export interface NodeConfig {
  readonly files: NodeFiles
  readonly name: string
  /** Index of the node in the block. */
  readonly index: number
  readonly block: Pick<AddressBlock, 'hosts' | 'ports'>
  readonly clusterName: string
  readonly provider: string
  /** Milliseconds after which a silent node is suspected. */
  readonly suspectTimeout: number
  readonly settings: ServerSettings
}

/**
 * What shapes the files on disk, for the template and every node alike. Small files and no durability: the data is
 * thrown away, and a server that waits for a disk looks to its cluster like one that has failed.
 */
export const STORAGE_SETTINGS: ServerSettings = {
  default_storage_engine: 'InnoDB',
  character_set_server: 'utf8mb4',
  innodb_data_file_path: 'ibdata1:10M:autoextend',
  innodb_log_file_size: '16M',
  innodb_log_buffer_size: '4M',
  innodb_buffer_pool_size: '32M',
  innodb_flush_log_at_trx_commit: 0,
  innodb_flush_method: 'fsync',
  innodb_use_native_aio: 0,
  innodb_doublewrite: 0,
  innodb_stats_persistent: 0,
  innodb_buffer_pool_dump_at_shutdown: 0,
  innodb_buffer_pool_load_at_startup: 0,
  innodb_autoinc_lock_mode: 2,
  binlog_format: 'ROW',
  aria_pagecache_buffer_size: '1M',
  key_buffer_size: '1M',
  performance_schema: 'OFF',
}

const NODE_SETTINGS: ServerSettings = {
  max_connections: 200,
  // Drills break handshakes on purpose; a server must not start to block their host for it.
  max_connect_errors: 1_000_000,
  tmp_table_size: '8M',
  wsrep_slave_threads: 2,
}

/** The text of an option file; a later group of settings overrides an earlier one. */
export function formatConfig(...groups: readonly ServerSettings[]): string {
  const merged: ServerSettings = Object.assign({}, ...groups)
  const lines = Object.entries(merged).map(([name, value]) => `${name}=${value}`)
  return ['[mariadbd]', 'skip-log-bin', 'skip-name-resolve', 'skip-symbolic-links', ...lines, ''].join('\n')
}

export function nodeConfig(config: NodeConfig): string {
  const { files, block } = config
  const host = block.hosts[config.index]
  if (host === undefined)
    throw new RangeError(`no address for node ${config.index} in a block of ${block.hosts.length}`)
  return formatConfig(STORAGE_SETTINGS, NODE_SETTINGS, config.settings, {
    datadir: files.data,
    socket: files.socket,
    pid_file: files.serverPid,
    log_error: files.log,
    tmpdir: files.temporary,
    bind_address: host,
    port: block.ports.sql,
    wsrep_on: 'ON',
    wsrep_provider: config.provider,
    wsrep_cluster_name: config.clusterName,
    wsrep_cluster_address: `gcomm://${block.hosts.map((each) => `${each}:${block.ports.group}`).join(',')}`,
    wsrep_node_name: config.name,
    wsrep_node_address: `${host}:${block.ports.group}`,
    wsrep_node_incoming_address: `${host}:${block.ports.sql}`,
    wsrep_sst_method: 'rsync',
    wsrep_sst_receive_address: `${host}:${block.ports.full}`,
    wsrep_provider_options: `"${providerOptions(host, block, config.suspectTimeout)}"`,
  })
}

function providerOptions(host: string, block: Pick<AddressBlock, 'ports'>, suspectTimeout: number): string {
  return Object.entries({
    'gmcast.listen_addr': `tcp://${host}:${block.ports.group}`,
    'ist.recv_addr': `${host}:${block.ports.incremental}`,
    'gcache.size': '32M',
    'gcache.page_size': '16M',
    'evs.keepalive_period': seconds(Math.min(500, suspectTimeout / 4)),
    'evs.suspect_timeout': seconds(suspectTimeout),
    'evs.inactive_timeout': seconds(Math.max(10_000, 3 * suspectTimeout)),
  })
    .map(([name, value]) => `${name}=${value}`)
    .join(';')
}

/** A period as Galera writes it. */
function seconds(milliseconds: number): string {
  return `PT${milliseconds / 1000}S`
}
