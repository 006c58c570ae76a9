import type { Clock, Timer } from '../clock.js'
import type { HealthConfig } from '../config/pool-config.js'
import { classifyConnectFailure, ErrorClass } from '../errors/classify.js'
import { isBehind, seenView } from '../hosts/cluster-view.js'
import type { Host } from '../hosts/host.js'
import type { HostSet } from '../hosts/host-set.js'
import type { Random } from '../hosts/selector.js'
import { backoff } from '../hosts/backoff.js'
import { ProbeImpossible, type Prober, ProbeTimeout } from './prober.js'
import type { Verdict } from './verdict.js'

/** Probes of different processes, and of different hosts, must not fall into step. */
const JITTER = 0.2

/** Milliseconds between two probes of a host whose statements take long now and then. */
const ASKING_PAUSE = 100

/** Milliseconds in which a cluster that has lost a member finds out who is left and who leads. */
const SETTLING = 30_000

/** What is asked of a host beyond its regular probes. */
export interface CheckRequest {
  /** An answer that is no older than so many milliseconds will do. Default: 0. */
  readonly within?: number
}

/** Called once the host's condition says what the check has found; the error is the probe's own. */
export type CheckDone = (error: Error | null) => void

export interface HostMonitorEnvironment {
  readonly clock: Clock
  readonly random: Random
  readonly hosts: HostSet
}

/** Probes one host again and again: at leisure while it is up, often while it is not, at once when something was noticed. */
export class HostMonitor {
  readonly #host: Host
  readonly #prober: Prober
  readonly #health: HealthConfig
  readonly #env: HostMonitorEnvironment
  #timer: Timer | undefined
  #started = false
  #stopped = false
  #probing = false
  /** Something happened while a probe was under way: its answer may be older than the news. */
  #again = false
  /** When the last probe began, on the monotonic clock. */
  #askedAt = -Infinity
  /** When the last answer came. */
  #answeredAt = -Infinity
  #failures = 0
  #waiting: CheckDone[] = []

  constructor(host: Host, prober: Prober, health: HealthConfig, env: HostMonitorEnvironment) {
    this.#host = host
    this.#prober = prober
    this.#health = health
    this.#env = env
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
    this.#tellWaiting(null)
  }

  /**
   * Asks the host now how it is, also with probes switched off.
   * @param done - called exactly once, never synchronously
   */
  requestCheck({ within = 0 }: CheckRequest, done: CheckDone): void {
    const fresh = this.#env.clock.now() - this.#answeredAt <= within && this.#host.state === 'up'
    if (this.#stopped || fresh) {
      queueMicrotask(() => done(null))
      return
    }
    this.#waiting.push(done)
    if (!this.#probing) this.#probe()
  }

  /** Probes now. */
  kick(): void {
    if (this.#stopped || (this.#health.probe === false && this.#host.state === 'up')) return
    if (this.#probing) this.#again = true
    else this.#probe()
  }

  /**
   * Probes now, unless it did so a moment ago.
   * @returns whether a probe is under way that needs no more than one round trip to be answered
   */
  ask(): boolean {
    if (this.#stopped || this.#health.probe === false) return false
    if (!this.#probing) {
      if (this.#env.clock.now() - this.#askedAt < ASKING_PAUSE) return false
      this.#probe()
    }
    return this.#prober.connected
  }

  /** Statements wait there for their answers: probes now, and with less patience. */
  hurry(): void {
    if (this.#stopped || this.#health.probe === false) return
    if (!this.#probing) this.#probe()
    this.#prober.hurry()
  }

  /** Probes after the pause for hosts that are not up. */
  retrySoon(): void {
    if (this.#stopped) return
    if (this.#probing) this.#again = true
    else this.#schedule()
  }

  #probe(): void {
    this.#timer?.cancel()
    this.#probing = true
    this.#again = false
    this.#askedAt = this.#env.clock.now()
    this.#prober.probe((error, verdict) => {
      this.#probing = false
      if (this.#stopped) return
      // Good news may be older than what was noticed meanwhile; bad news bears it out.
      if (this.#again && verdict?.usable === true) {
        // That it takes no writes is bad news, too. Were it put off, a stream of refused writes would put it off for ever.
        if (!verdict.writable) this.#env.hosts.signal(this.#host, { kind: 'readOnly', reason: verdict.reason })
        this.#schedule(0)
        return
      }
      const busy = error instanceof ProbeTimeout && this.#answersOthers()
      if (verdict !== undefined) this.#judge(verdict)
      else if (error !== null && !busy) this.#fail(error)
      this.#schedule(busy ? this.#health.retryInterval : undefined)
      this.#tellWaiting(busy ? null : error)
    })
  }

  #tellWaiting(error: Error | null): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const done of waiting) done(error)
  }

  /** Whether what the host is now will not last: a donor will be done, and a host that was writable a moment ago may be again. */
  #isPassing(): boolean {
    const { writable, lastResort } = this.#host.condition
    return lastResort || (!writable && this.#env.clock.now() - this.#host.writableAt < SETTLING)
  }

  /** A host that has just answered a statement is busy, not hung. */
  #answersOthers(): boolean {
    return this.#env.clock.now() - this.#host.heardAt < this.#health.timeout / 2
  }

  #judge(verdict: Verdict): void {
    const { hosts, clock } = this.#env
    this.#failures = 0
    this.#answeredAt = clock.now()
    if (!verdict.usable) {
      hosts.signal(this.#host, { kind: 'unusable', reason: verdict.reason })
      return
    }
    const { writable, lastResort, reason, view } = verdict
    if (view !== undefined) {
      const others = hosts.all.filter((host) => host !== this.#host && host.state === 'up')
      this.#host.view = seenView(view, this.#host.view, clock.now())
      if (
        isBehind(
          view,
          others.map((host) => host.view),
          this.#askedAt,
        )
      ) {
        hosts.signal(this.#host, {
          kind: 'unusable',
          reason: 'the cluster goes on without it, and it has not noticed yet',
        })
        return
      }
    }
    hosts.signal(this.#host, { kind: 'usable', writable, lastResort, reason })
  }

  #fail(error: Error): void {
    this.#failures += 1
    const { hosts } = this.#env
    const reason = error.message
    if (error instanceof ProbeImpossible) {
      // Nothing was heard of the host. Where it is down this is what keeps it so: the operator has to know.
      if (this.#host.state === 'down') hosts.signal(this.#host, { kind: 'unusable', reason: `not probed: ${reason}` })
    } else if (!isRefusedLogin(error)) {
      hosts.signal(this.#host, { kind: 'unusable', reason, error, hung: error instanceof ProbeTimeout })
    } else if (this.#host.origin === 'discovered' && !this.#host.condition.contacted) {
      // Not even its name is sure: it gets no callers before it lets a probe in.
      hosts.signal(this.#host, { kind: 'unusable', reason: `not probed: ${reason}`, error })
    } else if (this.#host.state !== 'up') {
      // It may well serve those who get in: a host in doubt is given back to its users.
      hosts.signal(this.#host, {
        kind: 'usable',
        writable: true,
        lastResort: false,
        reason: `not probed: ${reason}`,
        proven: false,
      })
    }
  }

  #schedule(exactly?: number): void {
    this.#timer?.cancel()
    const pause = exactly ?? this.#pause()
    if (pause === undefined) return
    this.#timer = this.#env.clock.afterIdly(pause, () => this.#probe())
  }

  #pause(): number | undefined {
    const { probe, interval, retryInterval } = this.#health
    const { random, hosts, clock } = this.#env
    const up = this.#host.state === 'up'
    if (probe === false) return up ? undefined : Math.min(interval, backoff(this.#failures + 1, random))
    const settled = up && !this.#isPassing() && !isUnsettled(hosts.all, clock.date())
    return (settled ? interval : retryInterval) * (1 - JITTER * random())
  }
}

/** The loss of one host changes what the others are: one becomes the primary, or those left are no majority any more. */
function isUnsettled(hosts: readonly Host[], now: number): boolean {
  return hosts.some(({ state, since }) => (state === 'down' || state === 'suspect') && now - since < SETTLING)
}

/** The probe was not let in: that says nothing about how the host serves. */
function isRefusedLogin(error: Error): boolean {
  const errorClass = classifyConnectFailure(error)
  return errorClass === ErrorClass.configuration || errorClass === ErrorClass.overload
}
