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

/** The part of the timeout that the old connection has for its answer before a new one is opened beside it. */
const DOUBTED_AFTER = 1 / 4

/** A new connection has at least so many times as long as they usually take. */
const USUAL_FACTOR = 3

/** How fast the usual time of a fresh probe follows new ones. */
const SMOOTHING = 0.3

/** Something the operator should know. @param subject - what it is about; the same of each host of a pool */
type Warn = (host: Host, subject: string, message: string) => void

/** What a probe has found out, and over which connection. */
export interface Findings {
  readonly result: ProbeResult
  /** No newer word is to be had: it came over a connection that was opened for it, or the server let no new one in. */
  readonly lastWord: boolean
  /** No new connection could be had for a reason of this side's, so that an old one was asked. */
  readonly impossible: boolean
  /** When that connection's connect began, on the monotonic clock. */
  readonly openedAt: number
  readonly identity: ServerIdentity | undefined
  /** The account may not ask all that there is to know. */
  readonly limited: boolean
}

export type ProbeDone = (error: Error | null, findings?: Findings) => void

/** A question under way. */
interface Round {
  over: boolean
  readonly done: ProbeDone
  /** The old connection, while its answer is outstanding. */
  waitsFor: ProbeSession | undefined
  readonly askedAt: number
  fresh: 'no' | 'connecting' | 'asked' | 'refused'
  /** Why no new connection could be had. */
  refusal: Error | undefined
  hurriedAt: number | undefined
  /** The time that the host has for a new connection. */
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
   * An old connection owed an answer for the whole of the timeout, while a new one was answered.
   * @param openedAt - when the connect of the new one began
   */
  readonly flowSilent: (openedAt: number) => void
}

/**
 * Asks one host how it is, on connections of its own, each time within a hard limit. The old connection is asked first; where
 * that breaks, or is slow to answer, a new one is opened, and speaks in its place: an address may lead to another server now, and
 * a flow may have been dropped without a word. So an error is always one of a new connection.
 */
export class Prober {
  readonly #env: ProberEnvironment
  #kept: ProbeSession | undefined
  #opening: ProbeSession | undefined
  #attempt: ConnectAttempt | undefined
  #round: Round | undefined
  #timers: Timer[] = []
  /** Smoothed time of a probe over a new connection, its connect included. */
  #usual: number | undefined
  /** An old connection that a new one has overtaken, until its time is up. */
  #overtaken: { readonly session: ProbeSession; readonly timer: Timer } | undefined
  #closed = false

  constructor(env: ProberEnvironment) {
    this.#env = env
    // What the configuration says of the server holds before the server has been asked.
    env.host.resetIsSafe = fixedKind(env.health.probe)?.resetIsSafe
  }

  /** Whether a question can be put without a handshake. */
  get connected(): boolean {
    return this.#kept?.alive === true
  }

  /**
   * Calls `done` exactly once, never synchronously; not after `close`.
   * @param fresh - over a new connection and no other
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
   * Callers wait for this host, too: the probe under way gets half the time, unless something else is heard of the host
   * meanwhile. A new connection keeps the time that a handshake may take.
   */
  hurry(): void {
    const round = this.#round
    if (round === undefined || round.hurriedAt !== undefined) return
    round.hurriedAt = this.#env.clock.now()
    if (round.waitsFor !== undefined && round.fresh === 'no') this.#askFresh(round)
    else if (round.fresh !== 'no') this.#limitHurried(round)
  }

  /** Ends for good: lets go of everything; a probe under way gets no answer. */
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
        // Where a new one was refused already, that it broke is all there is to say.
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
    // The application's own code does not count against the host, however long it takes.
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
    // It has no room for a new one, say: the old one is what there is to go by, for as long as it has time.
    this.#abortFresh()
    round.freshTimer?.cancel()
    round.fresh = 'refused'
    round.refusal = error
    this.#after(this.#env.health.timeout, () => this.#fail(round, error))
    if (round.waitsFor === undefined) this.#askKept(round, kept)
  }

  /** Half the time, but enough for a handshake; where nothing is known of those, all of it. */
  #limitHurried(round: Round): void {
    const { timeout } = this.#env.health
    if (this.#usual === undefined) return
    const patience = Math.min(timeout, Math.max(timeout / 2, USUAL_FACTOR * this.#usual))
    const hurriedAt = this.#env.clock.now()
    const had = round.freshTimer?.hostTime ?? 0
    const look = (): void => {
      if (this.#env.host.lastResponseAt >= hurriedAt) return
      const left = patience - ((round.freshTimer?.hostTime ?? 0) - had)
      // In whole milliseconds, as timers are: a rest of rounding would be no time at all, again and again.
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
    // With probes off nothing is asked for again and again.
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
    // Without probes the kind is not looked for: the sessions ask when they need to know.
    if (this.#env.health.probe !== false && session.kind !== undefined) {
      this.#env.host.resetIsSafe = session.kind.resetIsSafe
    }
    if (before === undefined) return
    if (waiting !== before) {
      before.connection.destroy()
      return
    }
    // It may be silent for good, and with it all flows of its age: that shows when its time is up.
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
