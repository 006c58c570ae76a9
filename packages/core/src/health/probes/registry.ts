import type { HealthConfig } from '../../config/pool-config.js'
import type { ProbeName } from '../../config/probe-names.js'
import type { ProbeKind } from '../probe-result.js'
import { type ServerFacts, serverFactsSql } from '../server-facts.js'
import { galeraProbe } from './galera.js'
import { groupReplicationProbe } from './group-replication.js'
import { plainProbe } from './plain.js'
import { replicationProbe } from './replication.js'

/**
 * Every kind of server that is told from others, in the order in which they are tried. A new kind is a file beside this one, its
 * name in `config/probe-names.ts`, and a line here.
 */
const BY_NAME: Readonly<Record<ProbeName, ProbeKind>> = {
  galera: galeraProbe,
  'group-replication': groupReplicationProbe,
  replication: replicationProbe,
  plain: plainProbe,
}
const KINDS = Object.values(BY_NAME)

/** Asked once on each connection of a probe. */
export const SERVER_FACTS_SQL = serverFactsSql(KINDS.flatMap(({ variables }) => variables))

/** Which kind of server this is. */
export function detectProbe(server: ServerFacts): ProbeKind {
  return KINDS.find((kind) => kind.matches(server)) ?? plainProbe
}

/** The kind that the configuration names; undefined where it has to be found out. */
export function fixedKind(probe: HealthConfig['probe']): ProbeKind | undefined {
  return probe === 'auto' || probe === false ? undefined : BY_NAME[probe]
}
