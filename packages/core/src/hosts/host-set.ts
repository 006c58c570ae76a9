import { printable } from '../printable.js'
import type { Clock } from '../clock.js'
import type { HostConfig } from '../config/pool-config.js'
import { Host, type HostBeginning } from './host.js'
import { HostState } from '../selectors/host-state.js'
import { type HostSignal, isUnproven, transition } from './host-condition.js'

/**
 * Called after a host was added, removed or has changed its condition. `serves` of every host is up to date then.
 * @param before - the former state; undefined for a host that was just added
 */
export type HostListener = (host: Host, before: HostState | undefined) => void

/** The hosts of one pool. Pools do not share what they learn of a host. */
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

  /** Drains a host and takes it out of the set. Checked out connections are closed on release. */
  remove(host: Host, reason = 'it was removed'): void {
    const before = host.state
    host.removed = true
    host.condition = { ...transition(host.condition, { kind: 'drain' }), reason }
    host.serves = { read: false, write: false }
    this.#hosts.splice(this.#hosts.indexOf(host), 1)
    this.#changed(host, before)
  }

  /** Applies a signal to the condition of a host. A signal that changes nothing calls no listener. */
  signal(host: Host, news: HostSignal): void {
    // A reason may quote a server's text, and appears in events, messages and the status.
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
    // A host that went down, and then came back over `suspect` (its login refused), was away too.
    const wasAway = wasDown || host.downAt > (host.readmittedAt ?? -Infinity)
    if (next.health === 'up' && wasAway) host.readmittedAt = this.#clock.now()
    this.#changed(host, before)
  }

  /**
   * A new connection got another answer than the old ones did: the address may lead to another server now. Older connections are
   * closed, checked out ones on release.
   * @param openedAt - the time at which the connect of the new connection began
   */
  distrustOlder(host: Host, openedAt: number): void {
    if (host.removed || host.trustedFrom >= openedAt) return
    host.trustedFrom = openedAt
    this.#changed(host, host.state)
  }

  /**
   * An old connection is still without its answer, while a new connection got one at once: the flow of the old one was dropped.
   * The flows of all other answers that have been due for as long count as dropped too.
   * @param openedAt - the time at which the connect of the new connection began
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
 * Sets `serves` of each host. Only the hosts of the best rank serve. The ranks are, from the best: up, last resort, suspect,
 * unproven. An unproven host has refused every login of a probe since something broke there. Such a host gets no writes while
 * any other host serves reads: the writes wait until the host has told its role.
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
