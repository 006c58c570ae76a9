import type { DiscoveryConfig } from '../config/pool-config.js'
import { detectProbe, SERVER_FACTS_SQL } from '../health/probes/registry.js'
import { serverFacts } from '../health/server-facts.js'
import { printable } from '../printable.js'
import { isMissingPrivilege } from '../health/refusal.js'
import type { Host } from '../hosts/host.js'
import type { HostSet } from '../hosts/host-set.js'
import type { Random } from '../selectors/selector.js'
import { shuffled } from './shuffled.js'
import type { ProbeConnection, Line } from './probe-connection.js'
import { galeraMembersSql, readGaleraMembers } from './galera-members.js'
import { GROUP_MEMBERS_SQL, readGroupMembers } from './group-members.js'
import { isLoopback, memberKey, type Membership } from './membership.js'
import type { Notices } from './notices.js'
import type { MembershipSnapshot, Source } from './membership-snapshot.js'

/** Entries that a message names at most. */
const MOST_SHOWN = 10

/** Polls in a row that may find nothing before a warning. */
const PATIENCE = 3

export interface ClusterSourceEnvironment {
  readonly hosts: HostSet
  readonly random: Random
  readonly caller: ProbeConnection
  readonly notices: Notices
}

type Believed = Extract<Membership, { believed: true }>

/**
 * Asks the servers for the members of their cluster. One answer is enough for the list. Each other server is asked once for its
 * own name: the cluster may know a host by another address than the pool, and the host must not be added twice.
 */
export class ClusterSource implements Source {
  readonly #map: DiscoveryConfig['map']
  readonly #env: ClusterSourceEnvironment
  /** The member that each host is, by its own answer, and the host's generation then: a later one may be another server. */
  readonly #selves = new WeakMap<Host, { readonly generation: number; readonly member: string }>()
  #fruitless = 0
  #stopped = false

  constructor(map: DiscoveryConfig['map'], env: ClusterSourceEnvironment) {
    this.#map = map
    this.#env = env
  }

  async poll(): Promise<MembershipSnapshot | undefined> {
    const { hosts, random } = this.#env
    const asked = shuffled(
      hosts.all.filter(({ state }) => state === 'up' || state === 'unknown' || state === 'suspect'),
      random,
    )
    let found: { readonly host: Host; readonly answer: Believed } | undefined
    let failure: string | undefined
    for (const host of asked) {
      if (this.#stopped) return undefined
      if (found !== undefined && this.#selves.get(host)?.generation === host.generation) continue
      const answer = await this.#ask(host)
      if (answer.believed) found = { host, answer }
      else failure = `${host.name}: ${answer.reason}`
    }
    this.#judge(found !== undefined, failure)
    return found === undefined ? undefined : this.#snapshot(found.answer, found.host)
  }

  memberOf(host: Host): string | undefined {
    return this.#selves.get(host)?.member
  }

  stop(): void {
    this.#stopped = true
    this.#env.caller.stop()
  }

  async #ask(host: Host): Promise<Membership> {
    const { generation } = host
    try {
      const answer = await this.#env.caller.call(host.config, (line) => this.#question(host, line))
      if (answer.believed && answer.self !== undefined) {
        this.#selves.set(host, { generation, member: memberKey(answer.self) })
      }
      return answer
    } catch (error) {
      return { believed: false, reason: error instanceof Error ? error.message : String(error) }
    }
  }

  async #question(host: Host, line: Line): Promise<Membership> {
    const { notices } = this.#env
    const kind = detectProbe(serverFacts(line.serverVersion, await line.ask(SERVER_FACTS_SQL)))
    switch (kind.name) {
      case 'galera':
        return readGaleraMembers(await line.ask(galeraMembersSql(line.serverVersion)))
      case 'group-replication':
        try {
          return readGroupMembers(await line.ask(GROUP_MEMBERS_SQL))
        } catch (error) {
          if (error instanceof Error && isMissingPrivilege(error)) {
            const privilege = kind.privilege(line.serverVersion) ?? ''
            notices.problem(
              'privilege',
              `Discovery may not ask ${host.name} for the members of its group (${printable(error.message, 300)}). Grant the pool's account ${privilege}, or set discovery to false.`,
            )
          }
          throw error
        }
      default:
        notices.problem(
          'kind',
          `Discovery cannot learn anything from ${host.name}: it is neither a Galera node nor a member of a MySQL group. Set discovery to 'dns' if one name stands for all hosts, else to false.`,
        )
        return { believed: false, reason: 'it belongs to no cluster' }
    }
  }

  #snapshot({ members, unreadable }: Believed, host: Host): MembershipSnapshot {
    const { notices } = this.#env
    // The loopback address of a server on another machine would lead to this machine.
    const useless = (address: string): boolean =>
      this.#map === undefined && isLoopback(address) && !isLoopback(host.config.host)
    const usable = members.filter((member) => !useless(member.host))
    const wrong = [...unreadable, ...members.filter((member) => useless(member.host)).map(memberKey)]
    if (wrong.length === 0) notices.solved('members')
    else {
      notices.problem(
        'members',
        `Discovery cannot use ${listOf(wrong)} in the list of members that ${host.name} gave. Set wsrep_node_incoming_address (Galera) or report_host (MySQL) on these servers, or give discovery.map.`,
      )
    }
    return { members: usable.map((member) => ({ member })), complete: wrong.length === 0 }
  }

  /** Warns after several polls without a result. Without any host to ask there is no warning: the host events tell that. */
  #judge(fruitful: boolean, failure: string | undefined): void {
    const { notices } = this.#env
    if (fruitful) {
      this.#fruitless = 0
      notices.solved('answer')
    } else if (failure !== undefined) {
      this.#fruitless += 1
      if (this.#fruitless < PATIENCE || notices.told('kind') || notices.told('privilege')) return
      notices.problem(
        'answer',
        `Discovery has found no members in its last ${PATIENCE} polls. The last reason: ${failure}`,
      )
    }
  }
}

/** The first entries, quoted. The list of a server may have any length. */
function listOf(entries: readonly string[]): string {
  const shown = entries.slice(0, MOST_SHOWN).map((entry) => `'${printable(entry, 100)}'`)
  return entries.length > MOST_SHOWN ? `${shown.join(', ')} and ${entries.length - MOST_SHOWN} more` : shown.join(', ')
}
