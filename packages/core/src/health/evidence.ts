import type { Clock } from '../clock.js'
import { judgeBelonging } from '../hosts/belonging.js'
import { isBehind, seenView } from '../hosts/cluster-view.js'
import type { Host } from '../hosts/host.js'
import type { HostSet } from '../hosts/host-set.js'
import { examineSuccession } from './examine-succession.js'
import type { Findings } from './prober.js'
import { Refusals } from './refusals.js'
import { isOtherServer, type ServerIdentity, wordsOfIdentity } from './server-facts.js'
import { unusable, type Usable, type ProbeResult } from './probe-result.js'

export interface EvidenceEnvironment {
  readonly clock: Clock
  readonly hosts: HostSet
  /** Warns the operator, once for each subject. */
  readonly warn: (host: Host, subject: string, message: string) => void
  /** Called when the pool has learnt the cluster or the replication role of a host. */
  readonly learnt: (host: Host) => void
}

/** The evidence about a host besides its present answer: earlier answers, refused statements, and the answers of other hosts. */
export class Evidence {
  readonly #host: Host
  readonly #env: EvidenceEnvironment
  /** The part of the host's service that old connections put in doubt; `nothing` after the answer of a new connection. */
  #contested: 'nothing' | 'writes' | 'everything' = 'nothing'
  #identity: ServerIdentity | undefined
  readonly #refusedWrites = new Refusals({ free: 0, first: 250, longest: 60_000 })
  readonly #refusedStatements = new Refusals({ free: 2, first: 1000, longest: 30_000 })

  constructor(host: Host, env: EvidenceEnvironment) {
    this.#host = host
    this.#env = env
  }

  /** Whether an old connection has put the host in doubt, and no new connection has confirmed or contradicted this yet. */
  get isContested(): boolean {
    return this.#contested !== 'nothing'
  }

  /** Notes a bad answer of an old connection. */
  contest(result: ProbeResult): void {
    if (!result.usable) this.#contested = 'everything'
    else if (!result.writable && this.#contested === 'nothing') this.#contested = 'writes'
  }

  /** Notes a refused write. @param explained - whether one of the server's settings says that it takes no writes */
  noteWriteRefused(explained: boolean): void {
    if (!explained) this.#refusedWrites.note(this.#env.clock.now())
    if (this.#contested === 'nothing') this.#contested = 'writes'
  }

  /**
   * Notes a refused statement.
   * @param openedAt - the time at which the connect of the statement's connection began
   * @returns whether the refusals count, whatever the host's own answers are
   */
  noteStatementRefused(openedAt: number): boolean {
    const now = this.#env.clock.now()
    // Counts only a refusal after a good answer of a new connection, on a connection that is no older than that one.
    if (!this.isContested && openedAt >= this.#host.trustedFrom) this.#refusedStatements.note(now)
    this.#contested = 'everything'
    return this.#refusedStatements.holds(now)
  }

  /** Ends the doubt with the answer of a new connection. */
  settle({ openedAt, identity }: Findings, result: ProbeResult): void {
    const { hosts, warn } = this.#env
    const contradicts =
      result.usable && (this.#contested === 'everything' || (this.#contested === 'writes' && result.writable))
    this.#contested = 'nothing'
    const before = this.#identity
    this.#identity = identity ?? before
    const moved = before !== undefined && identity !== undefined && isOtherServer(before, identity)
    if (moved) {
      const { name } = this.#host
      const now = wordsOfIdentity(identity, before)
      const then = wordsOfIdentity(before, identity)
      warn(this.#host, `moved ${name} ${now}`, `${name} leads to another server now (${now}; it was ${then})`)
    }
    if (contradicts || moved) hosts.distrustOlder(this.#host, openedAt)
  }

  /** The result of a probe, corrected by the evidence. */
  examine({ result, identity }: Findings, askedAt: number): ProbeResult {
    if (!result.usable) return result
    const { clock } = this.#env
    if (this.#refusedStatements.holds(clock.now())) {
      return unusable('it refuses statements, although it reports itself as healthy')
    }
    const inLine = examineSuccession(this.#host, result, identity, this.#env)
    if (!inLine.usable) return inLine
    const inCluster = this.#examineAllegiance(inLine, askedAt)
    if (!inCluster.usable) return inCluster
    if (inCluster.writable && this.#refusedWrites.holds(clock.now())) {
      return {
        ...inCluster,
        writable: false,
        reason: 'it refuses writes, although it does not report itself as read-only',
      }
    }
    return inCluster
  }

  /** Checks whether the host still belongs to its cluster, and to the cluster of the other hosts. */
  #examineAllegiance(result: Usable, askedAt: number): ProbeResult {
    const { clock, hosts, warn, learnt } = this.#env
    const host = this.#host
    const { allegiance } = result
    if (allegiance === undefined) return result
    const others = hosts.all.filter((other) => other !== host)
    const view = allegiance.is === 'member' ? allegiance.view : undefined
    if (view !== undefined) {
      host.view = seenView(view, host.view, clock.now())
      const views = others.filter(({ state }) => state === 'up').map((other) => other.view)
      if (isBehind(view, views, askedAt)) {
        return unusable('the cluster goes on without it, and it has not noticed yet')
      }
    }
    const neighbours = others.map((other) => ({
      up: other.state === 'up',
      belonging: other.belonging,
      view: other.view,
    }))
    const { belonging, objection } = judgeBelonging(host.belonging, allegiance, neighbours)
    const isNew = host.belonging.cluster === undefined && belonging.cluster !== undefined
    host.belonging = belonging
    // Hosts probed before this one may have counted as single servers, and are probed again.
    if (isNew) learnt(host)
    if (objection === undefined || (objection.to === 'writes' && !result.writable)) return result
    const { to, why } = objection
    const consequence = to === 'writes' ? 'It gets no writes' : 'It is not used'
    warn(
      host,
      `belonging ${host.name} ${why}`,
      `${host.name}: ${why}. ${consequence} until it is back, or pool.hosts.accept('${host.name}') says that this is as it should be`,
    )
    return to === 'writes' ? { ...result, writable: false, reason: why } : { usable: false, reason: why, astray: true }
  }
}
