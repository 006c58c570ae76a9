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
  /** Tells the operator something, once for each subject. */
  readonly warn: (host: Host, subject: string, message: string) => void
  /** It has become known which cluster a host belongs to. */
  readonly learnt: (host: Host) => void
}

/** What is known of one host besides what it says of itself now: what it said before, what it did, and what others say. */
export class Evidence {
  readonly #host: Host
  readonly #env: EvidenceEnvironment
  /** What was said against the host over old connections, until a new one has spoken. */
  #contested: 'nothing' | 'writes' | 'everything' = 'nothing'
  #identity: ServerIdentity | undefined
  readonly #refusedWrites = new Refusals({ free: 0, first: 250, longest: 60_000 })
  readonly #refusedStatements = new Refusals({ free: 2, first: 1000, longest: 30_000 })

  constructor(host: Host, env: EvidenceEnvironment) {
    this.#host = host
    this.#env = env
  }

  /** Whether something was said against the host that no new connection has borne out or contradicted yet. */
  get isContested(): boolean {
    return this.#contested !== 'nothing'
  }

  /** An old connection said something bad. */
  contest(result: ProbeResult): void {
    if (!result.usable) this.#contested = 'everything'
    else if (!result.writable && this.#contested === 'nothing') this.#contested = 'writes'
  }

  /** @param explained - whether one of the server's settings says that it takes no writes */
  noteWriteRefused(explained: boolean): void {
    if (!explained) this.#refusedWrites.note(this.#env.clock.now())
    if (this.#contested === 'nothing') this.#contested = 'writes'
  }

  /**
   * @param openedAt - when the connect of that connection began
   * @returns whether that is believed, whatever the host says of itself
   */
  noteStatementRefused(openedAt: number): boolean {
    const now = this.#env.clock.now()
    // Again, since a new connection called the host well, and not on a connection that is older than that one.
    if (!this.isContested && openedAt >= this.#host.trustedFrom) this.#refusedStatements.note(now)
    this.#contested = 'everything'
    return this.#refusedStatements.holds(now)
  }

  /** A new connection has spoken. */
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

  /** What the host said of itself, seen beside what else is known. */
  examine({ result, identity }: Findings, askedAt: number): ProbeResult {
    if (!result.usable) return result
    const { clock } = this.#env
    if (this.#refusedStatements.holds(clock.now())) {
      return unusable('it refuses statements, though it calls itself well')
    }
    const inLine = examineSuccession(this.#host, result, identity, this.#env)
    if (!inLine.usable) return inLine
    const inCluster = this.#examineAllegiance(inLine, askedAt)
    if (!inCluster.usable) return inCluster
    if (inCluster.writable && this.#refusedWrites.holds(clock.now())) {
      return { ...inCluster, writable: false, reason: 'it refuses writes, though it does not call itself read-only' }
    }
    return inCluster
  }

  /** Whether it still is what it was, and of one mind with the others. */
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
    // Those that spoke before this one may have passed for servers on their own.
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
