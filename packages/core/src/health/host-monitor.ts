import type { ProbeSpan } from '../channels/probe-span.js'
import type { Tracer } from '../channels/tracer.js'
import type { Timer } from '../clock.js'
import type { HealthConfig } from '../config/pool-config.js'
import type { Host } from '../hosts/host.js'
import type { Random } from '../selectors/selector.js'
import { backoff } from '../hosts/backoff.js'
import { Evidence, type EvidenceEnvironment } from './evidence.js'
import { isNotReady, isRefusedLogin, ProbeImpossible, ProbeTimeout, SessionEnded } from './probe-errors.js'
import type { Findings, Prober } from './prober.js'
import type { ProbeResult } from './probe-result.js'
import { isWell, isWorse } from './worse.js'

/** The part of a pause that is left out at random, so that probes of different processes and hosts do not run in step. */
const JITTER = 0.2

/** Milliseconds in which a cluster that has lost a member agrees on the remaining members and on a primary. */
const SETTLING = 30_000

/** Milliseconds between two probes over new connections to a host that has been read-only or a last resort for long. */
const FRESH_EVERY = 10_000

/** Milliseconds between two probes over new connections to a healthy host: its address may lead to another server. */
const RENEW_EVERY = 30_000

/** The same interval after the pool itself has opened a connection to the host. */
const RENEW_WITH_OTHERS = 5_000

/** New connections of a probe that the host accepts and that break, in a row, before the host counts as down. */
const MOST_ENDINGS = 3
/** Milliseconds to the next attempt after the first of these connections; the pause doubles after each further one. */
const ENDING_PAUSE = 20

/** The cause of a probe besides the regular ones. */
export type CheckCause =
  /** A caller asks, e.g. with `pool.check()`. */
  | 'caller'
  /** Something broke, and the host may be the cause. */
  | 'noticed'
  /** Statements on the host have waited longer than usual. */
  | 'suspected'
  /** Statements on the host have waited so long that the probe must not take its full time. */
  | 'overdue'

export interface CheckRequest {
  /**
   * Milliseconds: no new probe begins if the last answer is no older; for a suspected host, if the last probe began no earlier.
   * Default: 0.
   */
  readonly within?: number
  /** Whether the probe has to use a new connection. Default: false. */
  readonly fresh?: boolean
  /** Default: `caller`. */
  readonly cause?: CheckCause
}

/** Called after the host's condition has taken in the result. `error` is the error of the probe. */
export type CheckDone = (error: Error | null) => void

export interface HostMonitorEnvironment extends EvidenceEnvironment {
  readonly random: Random
  readonly tracer: Tracer
}

/**
 * Probes one host again and again: every `interval` while the host is up, every `retryInterval` while it is not, and at once when
 * something broke. A bad answer of an old connection counts only after a new connection has confirmed it.
 */
export class HostMonitor {
  readonly #host: Host
  readonly #prober: Prober
  readonly #health: HealthConfig
  readonly #env: HostMonitorEnvironment
  #timer: Timer | undefined
  #dueAt = Infinity
  #started = false
  #stopped = false
  #probing = false
  /** The span of the probe under way; undefined without a probe or a subscriber. */
  #span: ProbeSpan | undefined
  /** Whether to probe again at once: something happened during the present probe, and its answer may be older. */
  #again: 'no' | 'yes' | 'fresh' = 'no'
  /**
   * The times of the last probe's start, of the last answer, and of the last answer of a new connection; on the monotonic clock.
   */
  #askedAt = -Infinity
  #answeredAt = -Infinity
  #freshAt = -Infinity
  /** The time at which the connect of the last connection with a good answer began. */
  #goodFrom = -Infinity
  #failures = 0
  #endings = 0
  /** The account lacks a privilege for the full probe. Every other probe tries again over a new connection. */
  #limited = false
  #limitedTurn = false
  readonly #evidence: Evidence
  #waiting: { readonly since: number; readonly done: CheckDone }[] = []

  constructor(host: Host, prober: Prober, health: HealthConfig, env: HostMonitorEnvironment) {
    this.#host = host
    this.#prober = prober
    this.#health = health
    this.#env = env
    this.#evidence = new Evidence(host, env)
  }

  start(): void {
    if (this.#started || this.#stopped) return
    this.#started = true
    if (this.#health.probe !== false) this.#probe()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#prober.close()
    this.#span?.aborted()
    this.#span = undefined
    this.#tellWaiting(null, Infinity)
  }

  /**
   * Probes the host now. With `health.probe` false, only some causes lead to a probe.
   * @param done - called exactly once, never synchronously
   * @returns whether a probe is under way on a connection that is open already, so that one round trip brings the answer
   */
  requestCheck({ within = 0, fresh = false, cause = 'caller' }: CheckRequest = {}, done?: CheckDone): boolean {
    const now = this.#env.clock.now()
    const known = within > 0 && now - (fresh ? this.#freshAt : this.#answeredAt) <= within && this.#host.state === 'up'
    if (this.#stopped || !this.#isAskedFor(cause) || (cause === 'caller' && known)) {
      if (done !== undefined) queueMicrotask(() => done(null))
      return false
    }
    const isOwed = cause === 'suspected' || cause === 'overdue'
    if (isOwed && !this.#probing && now - this.#askedAt < within) return false
    const joins = this.#probing && (isOwed || (!fresh && within > 0 && now - this.#askedAt <= within))
    if (done !== undefined) this.#waiting.push({ since: joins ? -Infinity : now, done })
    if (!this.#probing) this.#probe(fresh)
    else if (!joins) this.#again = fresh || this.#again === 'fresh' ? 'fresh' : 'yes'
    if (cause === 'overdue') this.#prober.hurry()
    return this.#prober.connected
  }

  /** Whether a cause leads to a probe. With `health.probe` false: only a caller, or news of a host that is not healthy. */
  #isAskedFor(cause: CheckCause): boolean {
    if (this.#health.probe !== false || cause === 'caller') return true
    return cause === 'noticed' && !isWell(this.#host.condition)
  }

  /** Schedules a probe after `retryInterval`, unless one is due earlier. */
  retrySoon(): void {
    if (this.#stopped) return
    if (this.#probing) this.#again = 'fresh'
    else if (this.#timer === undefined || this.#dueAt > this.#env.clock.now() + this.#health.retryInterval)
      this.#schedule()
  }

  /** The pool has opened a connection to the host. The older connection of the probe may lead to another server. */
  connectionOpened(): void {
    if (this.#host.condition.loginRefused) {
      // The host accepts logins again, so that a probe can log in too.
      this.requestCheck({ fresh: true })
      return
    }
    if (this.#health.probe === false || this.#probing || this.#stopped || this.#freshAt === -Infinity) return
    if (this.#env.clock.now() - this.#freshAt > RENEW_WITH_OTHERS) this.requestCheck({ fresh: true })
  }

  /** A connect has failed. @param startedAt - the time at which the connect began */
  connectFailed(error: Error, startedAt: number): void {
    const { hosts } = this.#env
    const reason = `connect failed: ${error.message}`
    if (startedAt < this.#goodFrom) {
      // A later connect has succeeded, maybe to another server.
      hosts.signal(this.#host, { kind: 'doubtful', reason, error })
      this.requestCheck({ fresh: true, cause: 'noticed' })
      return
    }
    hosts.signal(this.#host, { kind: 'unusable', reason, error, said: isNotReady(error) })
    this.retrySoon()
  }

  /**
   * A statement was refused because the server is not ready.
   * @param openedAt - the time at which its connection's connect began
   */
  statementRefused(error: Error, openedAt: number): void {
    const { hosts } = this.#env
    const reason = `it refused a statement: ${error.message}`
    if (this.#health.probe === false || this.#evidence.noteStatementRefused(openedAt)) {
      hosts.signal(this.#host, { kind: 'unusable', reason, error, said: true })
      this.retrySoon()
      return
    }
    hosts.signal(this.#host, { kind: 'doubtful', reason, error })
    // The probe waits while other hosts serve: an answer just after the host was cut off is not reliable.
    if (this.#host.serves.read) this.requestCheck({ fresh: true })
    else this.retrySoon()
  }

  /**
   * A write was refused because the server is read-only.
   * @param explained - whether one of the server's settings says so
   */
  writeRefused(error: Error, explained: boolean): void {
    this.#evidence.noteWriteRefused(explained)
    this.#env.hosts.signal(this.#host, { kind: 'readOnly', reason: `it refused a write: ${error.message}` })
    this.requestCheck({ fresh: true })
  }

  #probe(fresh = false): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#probing = true
    this.#again = 'no'
    this.#askedAt = this.#env.clock.now()
    const span = this.#env.tracer.probe(this.#host.name)
    this.#span = span
    this.#prober.probe(fresh || this.#needsFresh(), (error, findings) => {
      this.#probing = false
      if (this.#stopped) return
      this.#span = undefined
      span?.end(error, findings && { fresh: findings.lastWord, result: findings.result })
      if (findings !== undefined) this.#heard(findings)
      else if (error !== null) this.#failed(error)
    })
  }

  /** Whether the next probe has to use a new connection. */
  #needsFresh(): boolean {
    const { condition, since } = this.#host
    if (condition.health === 'down' || this.#evidence.isContested) return true
    if (this.#limited) {
      this.#limitedTurn = !this.#limitedTurn
      if (this.#limitedTurn) return true
    }
    const { clock, hosts } = this.#env
    if (clock.now() - this.#freshAt >= RENEW_EVERY) return true
    if (isWell(condition) || condition.health === 'suspect') return false
    const awaited = !hosts.all.some(({ serves }) => serves.write) && this.#isWriterKnown()
    const unsettled = clock.date() - since < SETTLING || this.#isPassing()
    return awaited || unsettled || clock.now() - this.#freshAt >= FRESH_EVERY
  }

  #isWriterKnown(): boolean {
    return this.#env.hosts.all.some(
      ({ writableAt, writeRefusedAt }) => Math.max(writableAt, writeRefusedAt) > -Infinity,
    )
  }

  #heard(findings: Findings): void {
    const { lastWord } = findings
    const { clock, hosts } = this.#env
    const result = this.#evidence.examine(findings, this.#askedAt)
    this.#answeredAt = clock.now()
    this.#failures = 0
    this.#endings = 0
    if (!lastWord && isWorse(this.#host.condition, result)) {
      this.#contest(result, findings.impossible)
      return
    }
    this.#limited = findings.limited
    if (result.usable) this.#goodFrom = findings.openedAt
    if (lastWord) {
      this.#freshAt = clock.now()
      this.#evidence.settle(findings, result)
    }
    // A good answer may be older than the news that came meanwhile. A bad answer confirms them.
    if (this.#again !== 'no' && result.usable) {
      // A read-only answer counts at once: otherwise each refused write would start a new probe, and the answer would never
      // count.
      if (!result.writable) hosts.signal(this.#host, { kind: 'readOnly', reason: result.reason })
      this.#probe(this.#again === 'fresh')
      return
    }
    if (result.usable) {
      const { writable, lastResort, reason } = result
      hosts.signal(this.#host, { kind: 'usable', writable, lastResort, reason })
    } else {
      const { reason, astray = false } = result
      hosts.signal(this.#host, { kind: 'unusable', reason, astray, said: true })
    }
    this.#schedule()
    this.#tellWaiting(null, this.#askedAt)
  }

  /**
   * Checks a bad answer of an old connection over a new one.
   * @param impossible - whether a new connection was just tried in vain
   */
  #contest(result: ProbeResult, impossible: boolean): void {
    this.#evidence.contest(result)
    if (!result.usable) this.#env.hosts.signal(this.#host, { kind: 'doubtful', reason: result.reason })
    if (impossible) this.#schedule(this.#health.retryInterval)
    else this.#probe(true)
  }

  #failed(error: Error): void {
    const { hosts } = this.#env
    if (error instanceof ProbeTimeout && this.#answersOthers()) {
      this.#schedule(this.#health.retryInterval)
      this.#tellWaiting(null, this.#askedAt)
      return
    }
    if (error instanceof SessionEnded && this.#endings + 1 < MOST_ENDINGS) {
      const pause = ENDING_PAUSE * 2 ** this.#endings
      this.#endings += 1
      hosts.signal(this.#host, { kind: 'doubtful', reason: `a connection was lost: ${error.message}`, error })
      this.#schedule(pause)
      return
    }
    this.#endings = 0
    this.#fail(error)
    this.#schedule()
    this.#tellWaiting(error, this.#askedAt)
  }

  #fail(error: Error): void {
    this.#failures += 1
    const { hosts } = this.#env
    const reason = error.message
    if (error instanceof ProbeImpossible) {
      // The probe says nothing about the host. If the host is down, the reason tells the operator why the host stays down.
      if (this.#host.state === 'down') hosts.signal(this.#host, { kind: 'unusable', reason: `not probed: ${reason}` })
    } else if (!isRefusedLogin(error)) {
      const hung = error instanceof ProbeTimeout
      hosts.signal(this.#host, { kind: 'unusable', reason, error, hung, said: isNotReady(error) })
    } else {
      if (this.#isWordLost()) hosts.signal(this.#host, { kind: 'doubtful', reason, error })
      const { origin, condition } = this.#host
      // Even the address of a discovered host is uncertain, so that the pool does not use such a host before a probe can log in.
      const mayServe = origin === 'configured' || condition.contacted
      hosts.signal(this.#host, { kind: 'loginRefused', reason: `not probed: ${reason}`, error, mayServe })
    }
  }

  /**
   * Whether the last answer of the host is no longer reliable after a refused login: an old connection has put the host in doubt,
   * or the server may have been restarted since.
   */
  #isWordLost(): boolean {
    return this.#evidence.isContested || (this.#answeredAt > -Infinity && !this.#answersOthers())
  }

  #tellWaiting(error: Error | null, askedAt: number): void {
    if (this.#waiting.length === 0) return
    const told = this.#waiting.filter(({ since }) => since <= askedAt)
    this.#waiting = this.#waiting.filter(({ since }) => since > askedAt)
    for (const { done } of told) done(error)
  }

  /**
   * Whether the present role of the host is likely to end soon: a donor finishes, and a host writable recently may be so again.
   */
  #isPassing(): boolean {
    const { condition, writableAt } = this.#host
    const { writable, lastResort } = condition
    return lastResort || (!writable && this.#env.clock.now() - writableAt < SETTLING)
  }

  /** Whether the host has just answered a statement: then the host is busy, and does not hang. */
  #answersOthers(): boolean {
    return this.#env.clock.now() - this.#host.lastResponseAt < this.#health.timeout / 2
  }

  #schedule(exactly?: number): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const pause = exactly ?? this.#pause()
    if (pause === undefined) return
    this.#dueAt = this.#env.clock.now() + pause
    this.#timer = this.#env.clock.afterIdly(pause, () => this.#probe())
  }

  #pause(): number | undefined {
    const { probe, interval, retryInterval } = this.#health
    const { random, hosts, clock } = this.#env
    const { condition, state } = this.#host
    if (probe === false) {
      return isWell(condition) ? undefined : Math.min(interval, backoff(this.#failures + 1, random))
    }
    const settled = state === 'up' && !this.#isPassing() && !isUnsettled(hosts.all, clock.date())
    return (settled ? interval : retryInterval) * (1 - JITTER * random())
  }
}

/**
 * Whether a host was lost recently: the others may change their roles, because one becomes the primary or the majority is lost.
 */
function isUnsettled(hosts: readonly Host[], now: number): boolean {
  return hosts.some(({ state, since }) => (state === 'down' || state === 'suspect') && now - since < SETTLING)
}
