import type { HealthConfig } from '../../config/pool-config.js'
import type { ProbeName } from '../../config/probe-names.js'
import type { ProbeKind } from '../probe-result.js'
import { type ServerFacts, serverFactsSql } from '../server-facts.js'
import { galeraProbe } from './galera.js'
import { groupReplicationProbe } from './group-replication.js'
import { plainProbe } from './plain.js'
import { replicationProbe } from './replication.js'

/**
 * All kinds of servers, in the order of detection. A new kind needs a file in this folder, its name in `config/probe-names.ts`, and
 * a line here.
 */
const BY_NAME: Readonly<Record<ProbeName, ProbeKind>> = {
  galera: galeraProbe,
  'group-replication': groupReplicationProbe,
  replication: replicationProbe,
  plain: plainProbe,
}
const KINDS = Object.values(BY_NAME)

/** Sent once on each connection of a probe. */
export const SERVER_FACTS_SQL = serverFactsSql(KINDS.flatMap(({ variables }) => variables))

/** Detects the kind of a server. */
export function detectProbe(server: ServerFacts): ProbeKind {
  return KINDS.find((kind) => kind.matches(server)) ?? plainProbe
}

/** The kind that the configuration names; undefined for `auto` and without probes. */
export function fixedKind(probe: HealthConfig['probe']): ProbeKind | undefined {
  return probe === 'auto' || probe === false ? undefined : BY_NAME[probe]
}
