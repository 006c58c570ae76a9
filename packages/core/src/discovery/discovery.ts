import type { Clock, Timer } from '../clock.js'
import { addressKey } from '../config/host-address.js'
import type { HostOptions } from '../config/options.js'
import type { DiscoveryConfig, HostConfig } from '../config/pool-config.js'
import { heedRejection } from '../user-fault.js'
import type { Host } from '../hosts/host.js'
import type { HostSet } from '../hosts/host-set.js'
import { HostState } from '../selectors/host-state.js'
import { type HostCondition, initialCondition } from '../hosts/host-condition.js'
import type { Random } from '../selectors/selector.js'
import { memberKey } from './membership.js'
import type { Notices } from './notices.js'
import { type Candidate, type KnownHost, reconcile } from './reconcile.js'
import type { SeenMember, MembershipSnapshot, Source } from './membership-snapshot.js'

/** The part of a pause that is left out at random, so that different processes do not poll in step. */
const JITTER = 0.2

/** Milliseconds to the next poll at most, after a poll without a result. */
const RETRY = 5_000

/** Polls in a row that must miss a host before the pool removes it, because a restarting server is soon back. */
const MISSED_LOOKS = 2

/** Most members of a cluster. A longer list counts as a mistake. */
const MOST_MEMBERS = 128

/** The first condition of a new host. A cluster lists a joining member before it can serve, so a probe comes first. */
const UNPROBED: HostCondition = {
  ...initialCondition,
  health: 'down',
  reason: 'it was discovered and has not been probed yet',
}

export interface DiscoveryEnvironment {
  readonly clock: Clock
  readonly random: Random
  readonly hosts: HostSet
  readonly source: Source
  readonly notices: Notices
  /** Whether hosts are probed. Without probes a new host counts as usable at once, because nothing would show that it works. */
  readonly probed: boolean
  /** Checks a host and fills in its defaults. Throws with a message for the operator. */
  readonly read: (host: string | HostOptions) => HostConfig
}

interface Newcomer extends Candidate {
  readonly config: HostConfig
  readonly name: Host | undefined
}

/**
 * Keeps the hosts of a pool in step with its cluster. Discovery removes only hosts that it has added itself. Hosts of the
 * configuration or of the operator stay, and a host that the operator has removed is not added again.
 */
export class Discovery {
  readonly #config: DiscoveryConfig
  readonly #env: DiscoveryEnvironment
  /** The member for which each discovered host was added. */
  readonly #members = new WeakMap<Host, string>()
  readonly #missed = new Map<Host, number>()
  /** Members that the operator removed. */
  readonly #dismissed = new Set<string>()
  #timer: Timer | undefined
  #acting = false
  #started = false
  #stopped = false

  constructor(config: DiscoveryConfig, env: DiscoveryEnvironment) {
    this.#config = config
    this.#env = env
    env.hosts.onChange((host) => {
      if (host.removed) this.#removed(host)
    })
  }

  /** Starts the first poll. */
  start(): void {
    if (this.#started || this.#stopped) return
    this.#started = true
    void this.#poll()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#env.source.stop()
  }

  async #poll(): Promise<void> {
    const { source, notices, clock, random } = this.#env
    let learnt = false
    try {
      const snapshot = await source.poll()
      if (this.#stopped) return
      if (snapshot !== undefined) this.#apply(snapshot)
      learnt = snapshot !== undefined
    } catch (error) {
      notices.problem('poll', `Discovery failed: ${messageOf(error)}`)
    }
    if (this.#stopped) return
    const { interval } = this.#config
    const pause = (learnt ? interval : Math.min(interval, RETRY)) * (1 - JITTER * random())
    this.#timer = clock.afterIdly(pause, () => void this.#poll())
  }

  #apply(snapshot: MembershipSnapshot): void {
    const { hosts, notices } = this.#env
    if (snapshot.members.length > MOST_MEMBERS) {
      notices.problem(
        'count',
        `Discovery found ${snapshot.members.length} hosts; more than ${MOST_MEMBERS} count as a mistake, and change nothing.`,
      )
      return
    }
    notices.solved('count')
    const read = snapshot.members.map((sighted) => this.#newcomer(sighted))
    const newcomers = read.flatMap((newcomer) => (typeof newcomer === 'object' ? [newcomer] : []))
    const complete = snapshot.complete && !read.includes('unknown')
    if (complete) this.#forgetDismissed(newcomers)
    const plan = reconcile(
      hosts.all.map((host) => this.#known(host)),
      newcomers,
    )
    for (const newcomer of plan.add) if (!this.#isDismissed(newcomer)) this.#add(newcomer)
    this.#act(() => {
      for (const name of plan.doubles)
        this.#remove(hosts.find(name), 'it is another host of the pool under a second address')
      if (complete) this.#removeMissing(new Set(plan.missing))
      const present = new Set(hosts.all.map((host) => this.#known(host).member))
      for (const { member, name } of newcomers) {
        if (present.has(member)) this.#remove(name, 'its addresses are hosts of their own')
      }
    })
  }

  /** The configuration of a member's host; 'out' if `discovery.map` leaves the member out, 'unknown' after an error. */
  #newcomer({ member, name }: SeenMember): Newcomer | 'out' | 'unknown' {
    const { notices, read, hosts } = this.#env
    const { map } = this.#config
    const key = memberKey(member)
    try {
      const given = map === undefined ? member : map({ host: member.host, port: member.port })
      if (given === undefined) return 'out'
      heedRejection(given, () => undefined)
      if (given instanceof Promise) throw new Error('it answered a promise, and has to answer at once')
      const said: Partial<HostOptions> = typeof given === 'string' ? {} : given
      const like = name?.config
      const host = read(given)
      const last = Math.max(-1, ...hosts.all.filter(({ origin }) => origin === 'configured').map(priorityOf))
      const config: HostConfig = {
        ...host,
        weight: said.weight ?? like?.weight ?? host.weight,
        zone: said.zone ?? like?.zone,
        // After the hosts of the configuration, which have an order.
        priority: said.priority ?? like?.priority ?? last + 1,
        connectionLimit: said.connectionLimit ?? like?.connectionLimit ?? host.connectionLimit,
        servername: said.servername ?? like?.servername ?? like?.host,
      }
      notices.solved(`map ${key}`)
      return { member: key, address: addressKey(config.host, config.port), config, name }
    } catch (error) {
      const culprit = map === undefined ? 'It is no host' : 'discovery.map failed'
      notices.problem(`map ${key}`, `Discovery left ${key} as it was. ${culprit}: ${messageOf(error)}`)
      return 'unknown'
    }
  }

  #known(host: Host): KnownHost {
    const { name, origin, config } = host
    const member = this.#env.source.memberOf(host) ?? this.#members.get(host)
    return { name, origin, address: addressKey(config.host, config.port), member }
  }

  #add({ config, member, name }: Newcomer): void {
    const { hosts, probed } = this.#env
    // The address of a configured name counts as usable as long as the name itself does.
    const trusted = name?.removed === false && (name.state === HostState.up || name.state === HostState.unknown)
    const condition = trusted || !probed ? initialCondition : UNPROBED
    this.#members.set(hosts.add(config, { origin: 'discovered', condition }), member)
  }

  #removeMissing(missing: ReadonlySet<string>): void {
    const { hosts } = this.#env
    for (const host of Array.from(hosts.all)) {
      const looks = missing.has(host.name) ? (this.#missed.get(host) ?? 0) + 1 : 0
      if (looks === 0) this.#missed.delete(host)
      else this.#missed.set(host, looks)
      const others = hosts.all.filter((other) => other !== host && !this.#missed.has(other))
      // The list of members may be wrong, and must not remove the last host that works.
      if (looks >= MISSED_LOOKS && others.some(({ state }) => state === HostState.up)) {
        this.#remove(host, 'it is not listed any more')
      }
    }
  }

  #remove(host: Host | undefined, reason: string): void {
    if (host === undefined || host.removed || this.#env.hosts.all.length === 1) return
    this.#env.hosts.remove(host, reason)
  }

  #act(work: () => void): void {
    this.#acting = true
    try {
      work()
    } finally {
      this.#acting = false
    }
  }

  #removed(host: Host): void {
    this.#missed.delete(host)
    if (this.#acting) return
    const { member, address } = this.#known(host)
    this.#dismissed.add(member ?? address)
  }

  #isDismissed({ member, address }: Newcomer): boolean {
    return this.#dismissed.has(member) || this.#dismissed.has(address)
  }

  /** Forgets removed members that have left the cluster since. A member that joins again later is added as a new one. */
  #forgetDismissed(newcomers: readonly Newcomer[]): void {
    for (const key of Array.from(this.#dismissed)) {
      if (!newcomers.some(({ member, address }) => member === key || address === key)) this.#dismissed.delete(key)
    }
  }
}

function priorityOf({ config }: Host): number {
  return config.priority
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
