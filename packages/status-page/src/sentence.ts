import type { HostStatus, PoolStatus } from '@mysql-hostpool/core'

import { countWords, durationWords, listWords, reasonWords, shortNames } from './words.js'

/**
 * How bad the state of a pool is: `well`; `note`, as an operator asked for; `warning`, something is lost; `problem`, statements
 * fail.
 */
export type SentenceLevel = 'well' | 'note' | 'warning' | 'problem'

/** What is wrong with a pool, in one sentence. */
export interface Sentence {
  /** How bad it is. */
  readonly level: SentenceLevel
  /** The sentence. */
  readonly text: string
  /** The sentence without durations and counts, which change from second to second: a screen reader reads it once. */
  readonly announcement: string
}

/** The part of a pool's status that the sentence tells of. */
export type SentenceStatus = Pick<PoolStatus, 'state' | 'connectionLimit' | 'total' | 'inUse' | 'waiting'> & {
  readonly hosts: readonly Pick<HostStatus, 'name' | 'state' | 'reason' | 'since' | 'serves' | 'writable'>[]
}

type HostFacts = SentenceStatus['hosts'][number]

/** The most hosts with a fault that each have words of their own; more are told together. */
const MOST_TOLD_APART = 2

/** Says what is wrong with a pool. A pure function. @param now - the time of the status, a `Date.now()` time */
export function sentenceOf(status: SentenceStatus, now: number): Sentence {
  const facts = new PoolFacts(status)
  const level = facts.level()
  return { level, text: facts.say(now), announcement: facts.say(undefined) }
}

class PoolFacts {
  readonly #status: SentenceStatus
  readonly #names: ReadonlyMap<string, string>

  constructor(status: SentenceStatus) {
    this.#status = status
    this.#names = shortNames(status.hosts.map(({ name }) => name))
  }

  level(): SentenceLevel {
    const { state, hosts } = this.#status
    if (state !== 'open') return 'note'
    if (this.#reads.length === 0 || this.#writes.length === 0) return 'problem'
    if (this.#of('down', 'suspect').length > 0 || this.#isExhausted) return 'warning'
    return this.#of('draining').length > 0 || this.#spared.length > 0 || this.#unknown.length === hosts.length
      ? 'note'
      : 'well'
  }

  /** @param now - undefined leaves durations and counts out */
  say(now: number | undefined): string {
    const { state, hosts, total } = this.#status
    if (state === 'ended') return 'The pool has ended.'
    if (state === 'ending') {
      const open =
        now === undefined ? '' : `, and ${countWords(total, 'connection')} ${total === 1 ? 'is' : 'are'} still open`
      return `The pool is ending${open}.`
    }
    if (hosts.length === 0) return 'The pool has no host, so every statement fails or waits.'
    const wrong = [this.#effect(), ...this.#faults(now), this.#callers(now)].filter((part) => part !== '')
    const first = wrong.length === 0 ? [this.#well()] : wrong
    return this.#sentence([...first, this.#goesOn()].filter((part) => part !== '').join('; '))
  }

  /** The work that no host can do. */
  #effect(): string {
    if (this.#reads.length === 0 && this.#writes.length === 0) return 'no host can be used'
    if (this.#writes.length === 0) return 'no host takes writes'
    return this.#reads.length === 0 ? 'no host takes reads' : ''
  }

  #faults(now: number | undefined): readonly string[] {
    const faults = [
      ...this.#told(this.#of('down'), 'down', now),
      ...this.#told(this.#of('suspect'), 'in doubt', now),
      ...this.#told(this.#of('draining'), 'draining', now),
      ...this.#spared.map((host) => `${this.#name(host)} is up and gets nothing${because(host)}`),
    ]
    // Hosts without writes matter only while no host takes writes.
    const readOnly =
      this.#writes.length > 0
        ? []
        : this.#of('up', 'unknown').filter(({ writable, reason }) => !writable && reason !== '')
    return [
      ...faults,
      ...readOnly.slice(0, MOST_TOLD_APART).map((host) => `${this.#name(host)} takes none${because(host)}`),
    ]
  }

  #told(hosts: readonly HostFacts[], what: string, now: number | undefined): readonly string[] {
    if (hosts.length === 0) return []
    if (hosts.length <= MOST_TOLD_APART) {
      return hosts.map((host) => {
        const reason = what === 'draining' ? '' : because(host)
        if (now === undefined) return `${this.#name(host)} is ${what}${reason}`
        return `${this.#name(host)} has been ${what} for ${durationWords(now - host.since)}${reason}`
      })
    }
    const first = Math.min(...hosts.map(({ since }) => since))
    const since = now === undefined ? '' : `, the first for ${durationWords(now - first)}`
    const all = this.#status.hosts.length
    const count = hosts.length === all ? `all ${all}` : `${hosts.length} of ${all}`
    const reasons = new Set(hosts.map(because))
    const reason = reasons.size === 1 && what !== 'draining' ? [...reasons].join('') : ''
    return [`${count} hosts are ${what}${since} (${listWords(hosts.map((host) => this.#name(host)))})${reason}`]
  }

  #callers(now: number | undefined): string {
    const { waiting, connectionLimit } = this.#status
    if (waiting === 0) return ''
    const why = this.#isExhausted ? `: all ${connectionLimit} connections are in use` : ''
    // In every busy pool some callers wait for a moment, which is no news.
    if (now === undefined) return this.#isExhausted ? `callers wait for a connection${why}` : ''
    return `${countWords(waiting, 'caller')} ${waiting === 1 ? 'waits' : 'wait'} for a connection${why}`
  }

  #goesOn(): string {
    const reads = this.#reads.map((host) => this.#name(host))
    const writes = this.#writes.map((host) => this.#name(host))
    if (reads.length === 0 && writes.length === 0) return ''
    if (listWords(reads, Infinity) === listWords(writes, Infinity))
      return `reads and writes go on with ${listWords(reads)}`
    if (writes.length === 0) return `reads go on with ${listWords(reads)}`
    if (reads.length === 0) return `writes go on with ${listWords(writes)}`
    return `reads go on with ${listWords(reads)}, and writes with ${listWords(writes)}`
  }

  #well(): string {
    const unknown = this.#unknown
    if (unknown.length === 0) return 'all is well'
    if (unknown.length === this.#status.hosts.length) return 'nothing is known yet, for no host has been asked'
    const names = listWords(unknown.map((host) => this.#name(host)))
    return `nothing is known to be wrong; ${names} ${unknown.length === 1 ? 'has' : 'have'} not been asked yet`
  }

  get #isExhausted(): boolean {
    const { waiting, inUse, connectionLimit } = this.#status
    return waiting > 0 && inUse >= connectionLimit
  }

  /** Hosts that are up, and that the pool spares while it uses others. */
  get #spared(): readonly HostFacts[] {
    return this.#of('up').filter(({ serves }) => !serves.read && !serves.write)
  }

  get #unknown(): readonly HostFacts[] {
    return this.#of('unknown')
  }

  get #reads(): readonly HostFacts[] {
    return this.#status.hosts.filter(({ serves }) => serves.read)
  }

  get #writes(): readonly HostFacts[] {
    return this.#status.hosts.filter(({ serves }) => serves.write)
  }

  #of(...states: readonly HostFacts['state'][]): readonly HostFacts[] {
    return this.#status.hosts.filter(({ state }) => states.includes(state))
  }

  /** The text with a full stop, and with a capital where the name of a host does not stand first. */
  #sentence(text: string): string {
    const startsWithHost = [...this.#names.values()].some((name) => text.startsWith(name))
    const begun = startsWithHost ? text : text.charAt(0).toUpperCase() + text.slice(1)
    return /[.!?…]$/.test(begun) ? begun : `${begun}.`
  }

  #name({ name }: HostFacts): string {
    return this.#names.get(name) ?? name
  }
}

function because({ reason }: HostFacts): string {
  return reason === '' ? '' : `: ${reasonWords(reason)}`
}
