import type { Clock, Timer } from '../clock.js'
import { HostTimer } from '../host-timer.js'
import type { ConnectionConfig, HealthConfig } from '../config/pool-config.js'
import type { ConnectAttempt, Driver, DriverConnection } from '../driver/port.js'
import { isApplicationFault } from '../errors/classify.js'
import type { Host } from '../hosts/host.js'
import { type Answer, question } from '../driver/question.js'
import { DETECTION_SQL, detectProbe } from './probes/detect.js'
import { galeraProbe } from './probes/galera.js'
import { groupReplicationProbe } from './probes/group-replication.js'
import { plainProbe } from './probes/plain.js'
import { replicationProbe } from './probes/replication.js'
import { isRefusedQuestion, refusalWarning } from './refusal.js'
import type { ProbeKind, Verdict } from './verdict.js'

/** Something the operator should know. @param subject - what it is about; the same of each host of a pool */
export type Warn = (host: Host, subject: string, message: string) => void

export type ProbeDone = (error: Error | null, verdict?: Verdict) => void

/** No answer in time: nobody knows what such a server still does, so nothing of it is waited for. */
export class ProbeTimeout extends Error {}

/** The question could not even be put, for a reason of this side's: the password function failed. */
export class ProbeImpossible extends Error {}

/** Asks one host how it is, on a connection of its own, each time within a hard limit. */
export class Prober {
  readonly #driver: Driver
  readonly #clock: Clock
  readonly #config: ConnectionConfig
  readonly #health: HealthConfig
  readonly #host: Host
  readonly #warn: Warn
  #connection: DriverConnection | undefined
  #attempt: ConnectAttempt | undefined
  #kind: ProbeKind | undefined
  #timer: HostTimer | undefined
  #hurryTimer: Timer | undefined
  /** Ends the probe under way. */
  #settle: ProbeDone | undefined
  #closed = false

  constructor(driver: Driver, clock: Clock, config: ConnectionConfig, health: HealthConfig, host: Host, warn: Warn) {
    this.#driver = driver
    this.#clock = clock
    this.#config = config
    this.#health = health
    this.#host = host
    this.#warn = warn
    this.#know(fixedKind(health.probe))
  }

  /** Whether a question can be put without a handshake. */
  get connected(): boolean {
    return this.#connection?.alive === true
  }

  /** Calls `done` exactly once, never synchronously. */
  probe(done: ProbeDone): void {
    let settled = false
    const settle: ProbeDone = (error, verdict) => {
      if (settled) return
      settled = true
      this.#settle = undefined
      this.#timer?.cancel()
      this.#hurryTimer?.cancel()
      this.#hurryTimer = undefined
      if (error !== null) this.#letGo()
      else this.#connection?.unref()
      if (verdict !== undefined) this.#host.heardAt = this.#clock.now()
      done(error, verdict)
    }
    this.#settle = settle
    const { timeout } = this.#health
    const { connectTimeout } = this.#config
    // The application's own code does not count against the host, however long it takes.
    this.#timer = new HostTimer(this.#clock, {
      host: timeout,
      hostLate: () => settle(noAnswer(timeout)),
      application: connectTimeout,
      applicationLate: (what) =>
        settle(new ProbeImpossible(`${what} has not answered within connectTimeout (${connectTimeout} ms)`)),
    })
    const wanted = (): boolean => !settled && !this.#closed
    this.#withConnection(wanted, settle, (connection) => this.#ask(connection, settle))
  }

  /**
   * Callers wait for this host, too: the probe under way gets half the time, unless something else is heard of the host
   * meanwhile. One that has yet to connect keeps all of it, for a handshake takes several round trips.
   */
  hurry(): void {
    const settle = this.#settle
    if (settle === undefined || this.#hurryTimer !== undefined || !this.connected) return
    const patience = this.#health.timeout / 2
    const hurriedAt = this.#clock.now()
    this.#hurryTimer = this.#clock.afterIdly(patience, () => {
      this.#hurryTimer = undefined
      if (this.#host.heardAt < hurriedAt) settle(noAnswer(patience))
    })
  }

  /** Ends for good: lets go of everything; a probe under way gets no answer. */
  close(): void {
    this.#closed = true
    this.#letGo()
  }

  #letGo(): void {
    this.#timer?.cancel()
    this.#hurryTimer?.cancel()
    this.#attempt?.abort()
    this.#attempt = undefined
    this.#connection?.destroy()
    this.#connection = undefined
  }

  #withConnection(wanted: () => boolean, failed: ProbeDone, next: (connection: DriverConnection) => void): void {
    if (this.#connection?.alive === true) {
      next(this.#connection)
      return
    }
    const target = { host: this.#host.config, connection: this.#config }
    this.#attempt = this.#driver.connect(
      target,
      (error, connection) => {
        this.#attempt = undefined
        if (connection === undefined) {
          failed(error !== null && isApplicationFault(error) ? new ProbeImpossible(error.message) : error)
          return
        }
        if (!wanted()) {
          connection.destroy()
          return
        }
        this.#connection = connection
        // Another server may stand there now, or the privilege that was missing may have been granted.
        this.#kind = fixedKind(this.#health.probe)
        // A process is not kept alive by looking after its servers.
        connection.unref()
        next(connection)
      },
      this.#timer?.application,
    )
  }

  #ask(connection: DriverConnection, done: ProbeDone): void {
    if (this.#health.probe === false) {
      // Only the connect itself was the question.
      this.#letGo()
      done(null, { usable: true, writable: true, lastResort: false, reason: '' })
      return
    }
    if (this.#kind !== undefined) {
      this.#examine(this.#kind, connection, done)
      return
    }
    this.#read(connection, [DETECTION_SQL], done, ([answer]) => {
      const kind = detectProbe(answer)
      this.#know(kind)
      this.#examine(kind, connection, done)
    })
  }

  #examine(kind: ProbeKind, connection: DriverConnection, done: ProbeDone): void {
    const failed = (error: Error): void => {
      if (isRefusedQuestion(error, this.#health.probe) && kind !== plainProbe)
        this.#degrade(kind, connection, error, done)
      else done(error)
    }
    this.#read(connection, kind.questions(connection.serverVersion), failed, (answers) => {
      let verdict: Verdict
      try {
        verdict = kind.judge(answers, this.#health, this.#host.condition.lastResort)
      } catch (error) {
        // Rows that are no answer to the question.
        done(error instanceof Error ? error : new Error(String(error)))
        return
      }
      done(null, verdict)
    })
  }

  /** Makes do with what any account may ask. */
  #degrade(kind: ProbeKind, connection: DriverConnection, error: Error, done: ProbeDone): void {
    this.#read(connection, ['SELECT CURRENT_USER()'], done, ([answer]) => {
      const account = String(answer?.rows[0]?.[0])
      this.#warn(this.#host, kind.name, refusalWarning(kind, connection.serverVersion, account, error))
      // What is known of its resets stays true.
      this.#kind = plainProbe
      this.#examine(plainProbe, connection, done)
    })
  }

  #know(kind: ProbeKind | undefined): void {
    this.#kind = kind
    this.#host.resetIsSafe = kind?.resetIsSafe ?? true
  }

  /** Puts questions one after the other, until one fails. */
  #read(
    connection: DriverConnection,
    questions: readonly string[],
    failed: (error: Error) => void,
    next: (answers: readonly Answer[]) => void,
  ): void {
    const answers: Answer[] = []
    const ask = (): void => {
      const sql = questions[answers.length]
      if (sql === undefined) {
        next(answers)
        return
      }
      question(connection, sql, (error, answer) => {
        if (answer === undefined) {
          failed(error ?? new Error('it answered nothing'))
          return
        }
        answers.push(answer)
        ask()
      })
    }
    ask()
  }
}

function noAnswer(milliseconds: number): ProbeTimeout {
  return new ProbeTimeout(`it did not answer a probe within ${milliseconds} ms`)
}

function fixedKind(probe: HealthConfig['probe']): ProbeKind | undefined {
  switch (probe) {
    case 'galera':
      return galeraProbe
    case 'group-replication':
      return groupReplicationProbe
    case 'replication':
      return replicationProbe
    case 'plain':
      return plainProbe
    case 'auto':
    case false:
      return undefined
    default:
      return probe satisfies never
  }
}
