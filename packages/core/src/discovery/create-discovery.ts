import type { Clock } from '../clock.js'
import { type PoolConfig, readHost } from '../config/pool-config.js'
import type { Driver } from '../driver/port.js'
import type { HostSet } from '../hosts/host-set.js'
import type { Random } from '../selectors/selector.js'
import { ProbeConnection } from './probe-connection.js'
import { ClusterSource } from './cluster-source.js'
import { Discovery } from './discovery.js'
import { DnsSource } from './dns-source.js'
import type { Lookup } from './lookup.js'
import { Notices } from './notices.js'

interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly driver: Driver
  readonly lookup: Lookup
  readonly hosts: HostSet
  /** Warns the operator. */
  readonly tell: (message: string) => void
}

/** Makes the discovery of a configuration; undefined for `discovery: false`. */
export function createDiscovery(config: PoolConfig, around: Surroundings): Discovery | undefined {
  const { discovery, health, connection } = config
  if (discovery === false) return undefined
  const notices = new Notices(around.tell)
  const caller = new ProbeConnection({ ...around, connection, timeout: health.timeout })
  const source =
    discovery.from === 'dns'
      ? new DnsSource({ ...around, notices })
      : new ClusterSource(discovery.map, { ...around, caller, notices })
  return new Discovery(discovery, {
    ...around,
    source,
    notices,
    probed: health.probe !== false,
    read: (host) => readHost(host, config),
  })
}
