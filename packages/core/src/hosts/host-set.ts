import { printable } from '../printable.js'
import type { Clock } from '../clock.js'
import type { HostConfig } from '../config/pool-config.js'
import { Host, type HostBeginning } from './host.js'
import { HostState } from '../selectors/host-state.js'
import { type HostSignal, isUnproven, transition } from './host-condition.js'

/**
 * Called after a host was added or its condition has changed, and every host's eligibility is up to date.
 * @param before - undefined for a host that was just added
 */
export type HostListener = (host: Host, before: HostState | undefined) => void

/** The hosts of one pool. Each pool has a set of its own: what one pool learns of a host is no other pool's business. */
export class HostSet {
  readonly #clock: Clock
  readonly #hosts: Host[]
  readonly #listeners: HostListener[] = []

  constructor(configs: readonly HostConfig[], clock: Clock) {
    this.#clock = clock
    this.#hosts = configs.map((config) => new Host(config, clock.date()))
  }

  get all(): readonly Host[] {
    return this.#hosts
  }

  onChange(listener: HostListener): void {
    this.#listeners.push(listener)
  }

  find(name: string): Host | undefined {
    return this.#hosts.find((host) => host.name === name)
  }

  add(config: HostConfig, beginning?: HostBeginning): Host {
    const host = new Host(config, this.#clock.date(), beginning)
    this.#hosts.push(host)
    this.#changed(host, undefined)
    return host
  }

  /** Drains the host and forgets it; what is checked out of it goes when it is released. */
  remove(host: Host, reason = 'it was removed'): void {
    const before = host.state
    host.removed = true
    host.condition = { ...transition(host.condition, { kind: 'drain' }), reason }
    host.serves = { read: false, write: false }
    this.#hosts.splice(this.#hosts.indexOf(host), 1)
    this.#changed(host, before)
  }

  /** Takes note of something that was learnt about a host; a storm of the same news is one change. */
  signal(host: Host, news: HostSignal): void {
    // Reasons cite servers, and go into events, messages and status.
    const signal = 'reason' in news ? { ...news, reason: printable(news.reason) } : news
    if (signal.kind === 'usable' && signal.writable) host.writableAt = this.#clock.now()
    if (signal.kind === 'readOnly') host.writeRefusedAt = this.#clock.now()
    const before = host.state
    const next = transition(host.condition, signal)
    if (host.removed || next === host.condition) return
    const wasDown = host.condition.health === 'down'
    host.condition = next
    const after = host.state
    if (after !== before) host.since = this.#clock.date()
    if (after === HostState.down && before !== HostState.down) {
      host.generation += 1
      host.downAt = this.#clock.now()
    }
    // One that let no probe in when it came back was away as well.
    const wasAway = wasDown || host.downAt > (host.readmittedAt ?? -Infinity)
    if (next.health === 'up' && wasAway) host.readmittedAt = this.#clock.now()
    this.#changed(host, before)
  }

  /**
   * A new connection was told something else than the old ones were: older connections close, each when no borrower has it.
   * @param openedAt - when the connect of that new connection began
   */
  distrustOlder(host: Host, openedAt: number): void {
    if (host.removed || host.trustedFrom >= openedAt) return
    host.trustedFrom = openedAt
    this.#changed(host, host.state)
  }

  /**
   * An old connection owes an answer, while a new one was answered at once: what else is owed for as long went the same way.
   * @param openedAt - when the connect of that new connection began
   */
  noteSilentFlows(host: Host, openedAt: number): void {
    if (host.removed) return
    host.silentBefore = openedAt
    host.trustedFrom = Math.max(host.trustedFrom, openedAt)
    this.#changed(host, host.state)
  }

  #changed(host: Host, before: HostState | undefined): void {
    updateEligibility(this.#hosts)
    for (const listener of this.#listeners) listener(host, before)
  }
}

/**
 * What each host can be used for now. Of the hosts that could serve, those of the best rank do: a host that is up goes before
 * one that should be spared, that before one in doubt, and that before one of which nothing is known since it broke. The last
 * gets no writes either while any other host serves: they wait until it has said what it is.
 */
function updateEligibility(hosts: readonly Host[]): void {
  let bestRead = Infinity
  let bestWrite = Infinity
  for (const host of hosts) {
    const rank = rankOf(host)
    bestRead = Math.min(bestRead, rank)
    if (host.condition.writable) bestWrite = Math.min(bestWrite, rank)
  }
  if (bestRead < UNPROVEN && bestWrite === UNPROVEN) bestWrite = Infinity
  for (const host of hosts) {
    const rank = rankOf(host)
    const usable = rank < Infinity
    host.serves = {
      read: usable && rank === bestRead,
      write: usable && host.condition.writable && rank === bestWrite,
    }
  }
}

const UNPROVEN = 3

function rankOf(host: Host): number {
  const { health, draining, lastResort } = host.condition
  if (draining || health === 'down') return Infinity
  if (isUnproven(host.condition)) return UNPROVEN
  if (health === 'suspect') return 2
  return lastResort ? 1 : 0
}
