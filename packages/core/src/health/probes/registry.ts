import type { HealthConfig } from '../../config/pool-config.js'
import type { ProbeKind } from '../probe-result.js'
import { galeraProbe } from './galera.js'
import { groupReplicationProbe } from './group-replication.js'
import { plainProbe } from './plain.js'
import { replicationProbe } from './replication.js'

const KINDS: Readonly<Record<ProbeKind['name'], ProbeKind>> = {
  galera: galeraProbe,
  'group-replication': groupReplicationProbe,
  replication: replicationProbe,
  plain: plainProbe,
}

/** The kind that the configuration names; undefined where it has to be found out. */
export function fixedKind(probe: HealthConfig['probe']): ProbeKind | undefined {
  return probe === 'auto' || probe === false ? undefined : KINDS[probe]
}
