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

/** Probes of different processes, and of different hosts, must not fall into step. */
const JITTER = 0.2

/** Milliseconds in which a cluster that has lost a member finds out which members are left and which one leads. */
const SETTLING = 30_000

/** Milliseconds between two new connections to a host that takes no writes, or should be spared, and has done so for long. */
const FRESH_EVERY = 10_000

/** Milliseconds after which the probe of a host that is well takes a new connection: the address may lead to another server. */
const RENEW_EVERY = 30_000

/** The same when the pool itself has just opened one there. */
const RENEW_WITH_OTHERS = 5_000

/** New connections that are let in and lost, one after the other, before the host counts as down … */
const MOST_ENDINGS = 3
/** … and milliseconds after the first of them; twice as many after each further one. */
const ENDING_PAUSE = 20

/** Why a host is asked beyond its regular probes. */
export type CheckCause =
  /** A caller wants to know. */
  | 'caller'
  /** Something happened that may be the host's fault. */
  | 'noticed'
  /** Statements have waited there for longer than usual. */
  | 'suspected'
  /** They have waited so long that the probe itself must not take its full time. */
  | 'overdue'

export interface CheckRequest {
  /** An answer that is no older than so many milliseconds will do; of a suspected host, a question that is no older. Default: 0. */
  readonly within?: number
  /** Only over a new connection. Default: false. */
  readonly fresh?: boolean
  /** Default: `caller`. */
  readonly cause?: CheckCause
}

/** Called once the host's condition says what the check has found; the error is the probe's own. */
export type CheckDone = (error: Error | null) => void

export interface HostMonitorEnvironment extends EvidenceEnvironment {
  readonly random: Random
  readonly tracer: Tracer
}

/**
 * Probes one host again and again: at leisure while it is up, often while it is not, at once when something was noticed. A bad
 * word that came over an old connection counts when a new one bears it out.
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
  /** Of the probe under way. */
  #span: ProbeSpan | undefined
  /** Something happened while a probe was under way: its answer may be older than the news. */
  #again: 'no' | 'yes' | 'fresh' = 'no'
  /** When the last probe began, when one was last answered, and when a new connection last spoke; on the monotonic clock. */
  #askedAt = -Infinity
  #answeredAt = -Infinity
  #freshAt = -Infinity
  /** When the connect of the last connection began over which the host called itself well. */
  #goodFrom = -Infinity
  #failures = 0
  #endings = 0
  /** The account may not ask all; every other probe finds out over a new connection whether it may now. */
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
    // With probes off, the first use is the first question.
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
   * Asks the host now how it is, as far as the cause of the request is one for which it is asked.
   * @param done - called exactly once, never synchronously
   * @returns whether a probe is under way that needs no more than one round trip to be answered
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

  /** With probes off, a caller is answered still, and what was noticed of a host with something against it is looked into. */
  #isAskedFor(cause: CheckCause): boolean {
    if (this.#health.probe !== false || cause === 'caller') return true
    return cause === 'noticed' && !isWell(this.#host.condition)
  }

  /** Probes after the pause for hosts that are not up; a probe that is due before stays. */
  retrySoon(): void {
    if (this.#stopped) return
    if (this.#probing) this.#again = 'fresh'
    else if (this.#timer === undefined || this.#dueAt > this.#env.clock.now() + this.#health.retryInterval)
      this.#schedule()
  }

  /** The pool has opened a connection there; where it leads to, the probe's older one does not tell. */
  connectionOpened(): void {
    if (this.#host.condition.loginRefused) {
      // It lets connections in by now, so a probe, too.
      this.requestCheck({ fresh: true })
      return
    }
    if (this.#health.probe === false || this.#probing || this.#stopped || this.#freshAt === -Infinity) return
    if (this.#env.clock.now() - this.#freshAt > RENEW_WITH_OTHERS) this.requestCheck({ fresh: true })
  }

  /** A connect has failed. @param startedAt - when it began */
  connectFailed(error: Error, startedAt: number): void {
    const { hosts } = this.#env
    const reason = `connect failed: ${error.message}`
    if (startedAt < this.#goodFrom) {
      // One that began later has got through, maybe to another server.
      hosts.signal(this.#host, { kind: 'doubtful', reason, error })
      this.requestCheck({ fresh: true, cause: 'noticed' })
      return
    }
    hosts.signal(this.#host, { kind: 'unusable', reason, error, said: isNotReady(error) })
    this.retrySoon()
  }

  /** A statement was refused because the server is not ready. @param openedAt - when that connection's connect began */
  statementRefused(error: Error, openedAt: number): void {
    const { hosts } = this.#env
    const reason = `it refused a statement: ${error.message}`
    if (this.#health.probe === false || this.#evidence.noteStatementRefused(openedAt)) {
      hosts.signal(this.#host, { kind: 'unusable', reason, error, said: true })
      this.retrySoon()
      return
    }
    hosts.signal(this.#host, { kind: 'doubtful', reason, error })
    // While others serve there is time: what it says of itself just after it was cut off is not worth much.
    if (this.#host.serves.read) this.requestCheck({ fresh: true })
    else this.retrySoon()
  }

  /**
   * A write was refused because the server is read-only.
   * @param explained - whether one of its settings says so
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

  /** Whether only a new connection's word will do. */
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
    // Good news may be older than what was noticed meanwhile; bad news bears it out.
    if (this.#again !== 'no' && result.usable) {
      // That it takes no writes is bad news, too. Were it put off, a stream of refused writes would put it off for ever.
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

  /** The old connection said something bad: a new one is asked whether that is so. @param impossible - it was just tried, in vain */
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
      // Nothing was heard of the host. Where it is down this is what keeps it so: the operator has to know.
      if (this.#host.state === 'down') hosts.signal(this.#host, { kind: 'unusable', reason: `not probed: ${reason}` })
    } else if (!isRefusedLogin(error)) {
      const hung = error instanceof ProbeTimeout
      hosts.signal(this.#host, { kind: 'unusable', reason, error, hung, said: isNotReady(error) })
    } else {
      if (this.#isWordLost()) hosts.signal(this.#host, { kind: 'doubtful', reason, error })
      const { origin, condition } = this.#host
      // Of one that was discovered not even the name is sure: it gets no callers before it lets a probe in.
      const mayServe = origin === 'configured' || condition.contacted
      hosts.signal(this.#host, { kind: 'loginRefused', reason: `not probed: ${reason}`, error, mayServe })
    }
  }

  /**
   * A new connection was refused the login, and no old one has answered in its place: whether what was last heard of the host is
   * no longer worth much. An old connection has spoken against it, or the server may have been started anew since.
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

  /** Whether what the host is now will not last: a donor will be done, and a host that was writable a moment ago may be again. */
  #isPassing(): boolean {
    const { condition, writableAt } = this.#host
    const { writable, lastResort } = condition
    return lastResort || (!writable && this.#env.clock.now() - writableAt < SETTLING)
  }

  /** A host that has just answered a statement is busy, not hung. */
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

/** The loss of one host changes what the others are: one becomes the primary, or those left are no majority any more. */
function isUnsettled(hosts: readonly Host[], now: number): boolean {
  return hosts.some(({ state, since }) => (state === 'down' || state === 'suspect') && now - since < SETTLING)
}
