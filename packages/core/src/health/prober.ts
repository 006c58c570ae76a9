import type { Clock, Timer } from '../clock.js'
import { askPassword } from '../config/ask-password.js'
import type { ConnectionConfig, HealthConfig } from '../config/pool-config.js'
import type { ConnectAttempt, Driver, DriverConnection } from '../driver/port.js'
import type { Host } from '../hosts/host.js'
import { DETECTION_SQL, detectProbe } from './probes/detect.js'
import { galeraProbe } from './probes/galera.js'
import { plainProbe } from './probes/plain.js'
import type { ProbeFacts, ProbeKind, Verdict } from './verdict.js'

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
  #connection: DriverConnection | undefined
  #attempt: ConnectAttempt | undefined
  #kind: ProbeKind | undefined
  #timer: Timer | undefined
  #closed = false

  constructor(driver: Driver, clock: Clock, config: ConnectionConfig, health: HealthConfig, host: Host) {
    this.#driver = driver
    this.#clock = clock
    this.#config = config
    this.#health = health
    this.#host = host
    this.#know(fixedKind(health.probe))
  }

  /** Calls `done` exactly once, never synchronously. */
  probe(done: ProbeDone): void {
    let settled = false
    const settle: ProbeDone = (error, verdict) => {
      if (settled) return
      settled = true
      this.#timer?.cancel()
      if (error !== null) this.#letGo()
      else this.#connection?.unref()
      done(error, verdict)
    }
    const { timeout } = this.#health
    this.#timer = this.#clock.afterIdly(timeout, () =>
      settle(new ProbeTimeout(`it did not answer a probe within ${timeout} ms`)),
    )
    const wanted = (): boolean => !settled && !this.#closed
    this.#withConnection(wanted, settle, (connection) => this.#ask(connection, settle))
  }

  /** Ends for good: lets go of everything; a probe under way gets no answer. */
  close(): void {
    this.#closed = true
    this.#letGo()
  }

  #letGo(): void {
    this.#timer?.cancel()
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
    askPassword(this.#config.password).then(
      (password) => {
        if (!wanted()) return
        const target = { host: this.#host.config, connection: this.#config, password }
        this.#attempt = this.#driver.connect(target, (error, connection) => {
          this.#attempt = undefined
          if (connection === undefined) {
            failed(error)
            return
          }
          this.#connection = connection
          // A process is not kept alive by looking after its servers.
          connection.unref()
          next(connection)
        })
      },
      (error: unknown) => failed(new ProbeImpossible(error instanceof Error ? error.message : String(error))),
    )
  }

  #ask(connection: DriverConnection, done: ProbeDone): void {
    if (this.#health.probe === false) {
      // Only the connect itself was the question.
      this.#letGo()
      done(null, { usable: true, writable: true, lastResort: false, reason: '' })
      return
    }
    const known = this.#kind
    if (known !== undefined) {
      this.#read(connection, known.sql, done, (facts) => done(null, known.judge(facts)))
      return
    }
    this.#read(connection, DETECTION_SQL, done, (facts) => {
      const kind = detectProbe(facts)
      this.#know(kind)
      this.#read(connection, kind.sql, done, (more) => done(null, kind.judge(more)))
    })
  }

  #know(kind: ProbeKind | undefined): void {
    this.#kind = kind
    this.#host.resetIsSafe = kind?.resetIsSafe ?? true
  }

  #read(connection: DriverConnection, sql: string, failed: ProbeDone, next: (facts: ProbeFacts) => void): void {
    connection.query({ sql, rowsAsArray: true }, {}, (error, rows) => {
      if (error === null)
        next(
          new Map((rows as [unknown, unknown][]).map(([name, value]) => [String(name).toUpperCase(), String(value)])),
        )
      else failed(error)
    })
  }
}

function fixedKind(probe: HealthConfig['probe']): ProbeKind | undefined {
  switch (probe) {
    case 'galera':
      return galeraProbe
    case 'plain':
      return plainProbe
    default:
      return undefined
  }
}
