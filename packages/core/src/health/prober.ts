import type { Clock, Timer } from '../clock.js'
import type { ConnectionConfig, HealthConfig } from '../config/pool-config.js'
import type { ConnectAttempt, Driver } from '../driver/port.js'
import { fixedKind } from './probes/registry.js'
import { HostTimer } from '../host-timer.js'
import type { Host } from '../hosts/host.js'
import { openSession } from './fresh-session.js'
import { isRefusedLogin, ProbeImpossible, ProbeTimeout, SessionEnded } from './probe-errors.js'
import type { Circumstances, ProbeSession } from './probe-session.js'
import { identityOf, type ServerIdentity } from './server-facts.js'
import type { ProbeResult } from './probe-result.js'

/** The part of `health.timeout` that the old connection has for its answer. Then the prober opens a new connection beside it. */
const DOUBTED_AFTER = 1 / 4

/** A hurried probe over a new connection has at least this many times the usual duration. */
const USUAL_FACTOR = 3

/** The weight of a new measurement in the smoothed duration of a probe over a new connection: 0 to 1. */
const SMOOTHING = 0.3

/** Warns the operator. @param subject - the subject of the warning: each is told once for all hosts of a pool */
type Warn = (host: Host, subject: string, message: string) => void

/** The result of a probe, with the facts about its connection. */
export interface Findings {
  readonly result: ProbeResult
  /** No newer answer is possible: the connection was opened for this probe, or the server refused a new one. */
  readonly lastWord: boolean
  /** An old connection was used, because a new one was not possible for a reason of the application. */
  readonly impossible: boolean
  /** The time at which the connect of this connection began, on the monotonic clock. */
  readonly openedAt: number
  readonly identity: ServerIdentity | undefined
  /** The account lacks the privilege for the full probe. */
  readonly limited: boolean
}

export type ProbeDone = (error: Error | null, findings?: Findings) => void

/** A probe under way. */
interface Round {
  over: boolean
  readonly done: ProbeDone
  /** The old connection, while its answer is due. */
  waitsFor: ProbeSession | undefined
  readonly askedAt: number
  fresh: 'no' | 'connecting' | 'asked' | 'refused'
  /** The error of the new connection, if it was refused. */
  refusal: Error | undefined
  hurriedAt: number | undefined
  /** The time limit of the new connection. */
  freshTimer: HostTimer | undefined
}

export interface ProberEnvironment {
  readonly driver: Driver
  readonly clock: Clock
  readonly connection: ConnectionConfig
  readonly health: HealthConfig
  readonly host: Host
  readonly warn: Warn
  /**
   * Called when an old connection got no answer within `health.timeout`, while a new connection got one.
   * @param openedAt - the time at which the connect of the new connection began
   */
  readonly flowSilent: (openedAt: number) => void
}

/**
 * Probes one host over connections of its own, each time within a hard limit. The prober uses its old connection first. If the
 * old one breaks or is slow, a new connection takes its place: the address may lead to another server now, or the network may
 * have dropped the flow. The error of a probe is therefore always that of a new connection.
 */
export class Prober {
  readonly #env: ProberEnvironment
  #kept: ProbeSession | undefined
  #opening: ProbeSession | undefined
  #attempt: ConnectAttempt | undefined
  #round: Round | undefined
  #timers: Timer[] = []
  /** Smoothed duration of a probe over a new connection in milliseconds, with the connect; undefined before the first. */
  #usual: number | undefined
  /** An old connection without an answer, after a new connection got one. The timer ends at the old one's time limit. */
  #overtaken: { readonly session: ProbeSession; readonly timer: Timer } | undefined
  #closed = false

  constructor(env: ProberEnvironment) {
    this.#env = env
    // If the configuration names the kind of server, the pool need not ask the server.
    env.host.resetIsSafe = fixedKind(env.health.probe)?.resetIsSafe
  }

  /** Whether a probe needs no handshake. */
  get connected(): boolean {
    return this.#kept?.alive === true
  }

  /**
   * Probes the host. Calls `done` exactly once, never synchronously, and not after `close`.
   * @param fresh - whether the probe has to use a new connection
   */
  probe(fresh: boolean, done: ProbeDone): void {
    const round: Round = {
      over: false,
      done,
      waitsFor: undefined,
      askedAt: this.#env.clock.now(),
      fresh: 'no',
      refusal: undefined,
      hurriedAt: undefined,
      freshTimer: undefined,
    }
    this.#round = round
    const kept = this.#kept
    if (kept?.alive !== true || fresh) this.#askFresh(round)
    else this.#askKept(round, kept)
  }

  /**
   * Gives the probe under way half of its time, because callers wait for this host too. Another answer of the host in the
   * meantime restores the full time. A new connection keeps enough time for a handshake.
   */
  hurry(): void {
    const round = this.#round
    if (round === undefined || round.hurriedAt !== undefined) return
    round.hurriedAt = this.#env.clock.now()
    if (round.waitsFor !== undefined && round.fresh === 'no') this.#askFresh(round)
    else if (round.fresh !== 'no') this.#limitHurried(round)
  }

  /** Closes every connection for good. The `done` of a probe under way is not called. */
  close(): void {
    this.#closed = true
    if (this.#round !== undefined) this.#round.over = true
    this.#round = undefined
    this.#clearTimers()
    this.#overtaken?.timer.cancel()
    this.#overtaken?.session.connection.destroy()
    this.#letGo()
  }

  #askKept(round: Round, kept: ProbeSession): void {
    const { health } = this.#env
    round.waitsFor = kept
    if (round.fresh === 'no') this.#after(health.timeout * DOUBTED_AFTER, () => this.#askFresh(round))
    kept.ask(this.#circumstances(), (error, result) => {
      if (this.#overtaken?.session === kept) this.#endOvertaken()
      if (round.over || round.waitsFor !== kept) return
      round.waitsFor = undefined
      if (result !== undefined) this.#answered(round, kept, result)
      else {
        kept.connection.destroy()
        if (this.#kept === kept) this.#kept = undefined
        // If the new connection was refused already, no other connection is left.
        if (round.fresh === 'refused') this.#fail(round, round.refusal ?? error ?? new Error('it answered nothing'))
        else this.#askFresh(round)
      }
    })
  }

  #askFresh(round: Round): void {
    if (round.over || round.fresh !== 'no') return
    round.fresh = 'connecting'
    const { clock, health, connection } = this.#env
    const { connectTimeout } = connection
    // The time of the application's own code does not count against the host.
    const timer = new HostTimer(clock, {
      host: health.timeout,
      hostLate: () => this.#giveUp(round, health.timeout),
      application: connectTimeout,
      applicationLate: (what) =>
        this.#notLetIn(
          round,
          new ProbeImpossible(`${what} has not answered within connectTimeout (${connectTimeout} ms)`),
        ),
    })
    this.#timers.push(timer)
    round.freshTimer = timer
    if (round.hurriedAt !== undefined) this.#limitHurried(round)
    this.#attempt = openSession(this.#env, timer.application, (error, session) => {
      this.#attempt = undefined
      if (round.over) session?.connection.destroy()
      else if (session === undefined) this.#notLetIn(round, error ?? new Error('the connect failed without an error'))
      else this.#askOpened(round, session)
    })
  }

  #askOpened(round: Round, session: ProbeSession): void {
    this.#opening = session
    round.fresh = 'asked'
    session.ask(this.#circumstances(), (error, result) => {
      if (round.over) return
      if (result !== undefined) {
        this.#noteUsual(round.freshTimer?.hostTime ?? 0)
        this.#answered(round, session, result)
      } else if (session.alive) this.#fail(round, error ?? new Error('it answered nothing'))
      else this.#fail(round, new SessionEnded(error?.message ?? 'the connection was lost', { cause: error }))
    })
  }

  #notLetIn(round: Round, error: Error): void {
    if (round.over) return
    const kept = this.#kept
    if (kept?.alive !== true || !isRefusedLogin(error)) {
      this.#fail(round, error)
      return
    }
    // The host may have no room for a new connection. The old connection answers in its place, within the full time limit.
    this.#abortFresh()
    round.freshTimer?.cancel()
    round.fresh = 'refused'
    round.refusal = error
    this.#after(this.#env.health.timeout, () => this.#fail(round, error))
    if (round.waitsFor === undefined) this.#askKept(round, kept)
  }

  /** Sets the time limit of a hurried probe: half of the time, but enough for a handshake; the full time if that is unknown. */
  #limitHurried(round: Round): void {
    const { timeout } = this.#env.health
    if (this.#usual === undefined) return
    const patience = Math.min(timeout, Math.max(timeout / 2, USUAL_FACTOR * this.#usual))
    const hurriedAt = this.#env.clock.now()
    const had = round.freshTimer?.hostTime ?? 0
    const look = (): void => {
      if (this.#env.host.lastResponseAt >= hurriedAt) return
      const left = patience - ((round.freshTimer?.hostTime ?? 0) - had)
      // Rounded up, because timers count whole milliseconds: a fraction would set a timer of 0 ms again and again.
      if (left > 0) this.#after(Math.ceil(left), look)
      else this.#giveUp(round, patience)
    }
    this.#after(patience, look)
  }

  #giveUp(round: Round, milliseconds: number): void {
    this.#fail(round, new ProbeTimeout(`it did not answer a probe within ${Math.round(milliseconds)} ms`))
  }

  #answered(round: Round, session: ProbeSession, result: ProbeResult): void {
    const fresh = session !== this.#kept
    if (fresh) {
      this.#opening = undefined
      this.#replaceKept(round, session)
    } else this.#abortFresh()
    // Without regular probes the connection is not needed again.
    if (this.#env.health.probe === false) this.#letGo()
    else session.connection.unref()
    this.#env.host.lastResponseAt = this.#env.clock.now()
    const { openedAt, limited, server } = session
    const impossible = round.refusal instanceof ProbeImpossible
    this.#end(round, null, {
      result,
      lastWord: fresh || (round.fresh === 'refused' && !impossible),
      impossible,
      openedAt,
      identity: server === undefined ? undefined : identityOf(server),
      limited,
    })
  }

  #replaceKept(round: Round, session: ProbeSession): void {
    const before = this.#kept
    const waiting = round.waitsFor
    this.#kept = session
    // Without probes the kind is not detected: sessions ask the server when they need to know.
    if (this.#env.health.probe !== false && session.kind !== undefined) {
      this.#env.host.resetIsSafe = session.kind.resetIsSafe
    }
    if (before === undefined) return
    if (waiting !== before) {
      before.connection.destroy()
      return
    }
    // The network may have dropped the flow of the old connection, and other flows of its age. Its time limit shows whether.
    const { clock, health, flowSilent } = this.#env
    this.#endOvertaken()
    const left = Math.max(0, round.askedAt + health.timeout - clock.now())
    const timer = clock.afterIdly(left, () => {
      this.#endOvertaken()
      if (!this.#closed) flowSilent(session.openedAt)
    })
    this.#overtaken = { session: before, timer }
  }

  #endOvertaken(): void {
    this.#overtaken?.timer.cancel()
    this.#overtaken?.session.connection.destroy()
    this.#overtaken = undefined
  }

  #fail(round: Round, error: Error): void {
    if (round.over) return
    this.#letGo()
    this.#end(round, error)
  }

  #end(round: Round, error: Error | null, findings?: Findings): void {
    round.over = true
    round.waitsFor = undefined
    if (this.#round === round) this.#round = undefined
    this.#clearTimers()
    if (!this.#closed) round.done(error, findings)
  }

  #letGo(): void {
    this.#abortFresh()
    this.#kept?.connection.destroy()
    this.#kept = undefined
  }

  #abortFresh(): void {
    this.#attempt?.abort()
    this.#attempt = undefined
    this.#opening?.connection.destroy()
    this.#opening = undefined
  }

  #noteUsual(duration: number): void {
    this.#usual = this.#usual === undefined ? duration : this.#usual + SMOOTHING * (duration - this.#usual)
  }

  #circumstances(): Circumstances {
    const { health, host, warn } = this.#env
    return {
      health,
      spared: host.condition.lastResort,
      writable: host.condition.writable,
      warn: (subject, message) => warn(host, subject, message),
    }
  }

  #after(milliseconds: number, run: () => void): void {
    this.#timers.push(this.#env.clock.afterIdly(milliseconds, run))
  }

  #clearTimers(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers = []
  }
}
