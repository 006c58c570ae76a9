import type { DiscoveredMember, HealthOptions } from '../config/options.js'
import type { Answer } from '../driver/question.js'
import { plainProbe } from '../health/probes/plain.js'
import { detectProbe, fixedKind, SERVER_FACTS_SQL } from '../health/probes/registry.js'
import type { ProbeKind, ProbeResult } from '../health/probe-result.js'
import { isMissingPrivilege } from '../health/refusal.js'
import { type ServerFacts, serverFacts } from '../health/server-facts.js'
import { galeraMembersSql, readGaleraMembers } from './galera-members.js'
import { GROUP_MEMBERS_SQL, readGroupMembers } from './group-members.js'
import type { Membership } from './membership.js'

/** What is told of a server is independent of what a pool would put up with. */
const NO_LIMITS = { maxReplicaLag: 0, maxReceiveQueue: 0, useDonors: true }

/** How a question reaches the server that is described: rows as arrays, in the order of the columns. */
export type AskServer = (sql: string) => Promise<Answer>

/** A server that another one replicates from, as the other one names it; what is left out is not known. */
export interface ReplicationSource {
  /** MySQL's `server_uuid` of the source. */
  readonly uuid?: string | undefined
  /** The `server_id` of the source. */
  readonly id?: string | undefined
  /** `name:port`. */
  readonly address?: string | undefined
  /** Replication from it was stopped, by an operator's statement. */
  readonly stopped: boolean
}

/** What a server says of itself, by the questions of this pool's own probes and discovery. */
export interface ServerDescription {
  /** What `health.probe: 'auto'` takes it for: `galera`, `group-replication`, or `replication` for any other. */
  readonly kind: string
  /** What the account lacks for the probe, as it stands in GRANT; undefined where the probe may ask all there is to know. */
  readonly missingPrivilege: string | undefined
  /** The cluster that it is in now, in words that tell clusters apart; undefined where it is in none, or may not be asked. */
  readonly cluster: string | undefined
  /** What it replicates from; empty for a source, and where it may not be asked. */
  readonly sources: readonly ReplicationSource[]
  /** The members of its cluster, itself included, by the addresses that the cluster has for them; empty where it lists none that count. */
  readonly members: readonly DiscoveredMember[]
  /** The one of `members` that it is itself. */
  readonly self: DiscoveredMember | undefined
  /** Entries of the list of members that are no address. */
  readonly unreadableMembers: readonly string[]
}

/**
 * Describes the server at the other end of a connection. It is asked three to four short statements.
 * @param version - as the server says it, e.g. `lease.serverVersion`
 * @param probe - the option `health.probe` of the pool that is going to use it: whose privileges are looked at
 * @throws what `ask` throws, but for a missing privilege
 */
export async function describeServer(
  version: string,
  ask: AskServer,
  probe: HealthOptions['probe'] = 'auto',
): Promise<ServerDescription> {
  const server = serverFacts(version, await ask(SERVER_FACTS_SQL))
  const kind = detectProbe(server)
  const asked = probe === false ? plainProbe : (fixedKind(probe) ?? kind)
  const { missingPrivilege, result } = await probeOnce(asked, server, ask)
  const membership = missingPrivilege === undefined ? await membershipOf(kind, version, ask) : undefined
  const allegiance = result?.usable === true ? result.allegiance : undefined
  const believed = membership?.believed === true ? membership : undefined
  return {
    kind: kind.name,
    missingPrivilege,
    cluster: allegiance?.is === 'member' ? allegiance.cluster : undefined,
    sources: result?.usable === true ? (result.sources ?? []) : [],
    members: believed?.members ?? [],
    self: believed?.self,
    unreadableMembers: believed?.unreadable ?? [],
  }
}

interface Probed {
  readonly missingPrivilege: string | undefined
  readonly result: ProbeResult | undefined
}

async function probeOnce(kind: ProbeKind, server: ServerFacts, ask: AskServer): Promise<Probed> {
  try {
    const answers: Answer[] = []
    for (const sql of kind.queries(server)) answers.push(await ask(sql))
    return { missingPrivilege: undefined, result: kind.evaluate(answers, NO_LIMITS, false) }
  } catch (error) {
    const privilege = kind.privilege(server.version)
    if (privilege === undefined || !(error instanceof Error) || !isMissingPrivilege(error)) throw error
    return { missingPrivilege: privilege, result: undefined }
  }
}

/** Asked where the probe may ask: for a group discovery needs the same privilege, for Galera none. */
async function membershipOf(kind: ProbeKind, version: string, ask: AskServer): Promise<Membership | undefined> {
  switch (kind.name) {
    case 'galera':
      return readGaleraMembers(await ask(galeraMembersSql(version)))
    case 'group-replication':
      return readGroupMembers(await ask(GROUP_MEMBERS_SQL))
    default:
      return undefined
  }
}
