import type { HealthConfig } from '../config/pool-config.js'
import type { DriverConnection } from '../driver/port.js'
import { type Answer, question } from '../driver/question.js'
import { plainProbe } from './probes/plain.js'
import { detectProbe, fixedKind, SERVER_FACTS_SQL } from './probes/registry.js'
import { isRefusedQuestion, refusalWarning } from './refusal.js'
import { type ServerFacts, serverFacts } from './server-facts.js'
import type { ProbeKind, ProbeResult } from './probe-result.js'

export type VerdictDone = (error: Error | null, result?: ProbeResult) => void

/** The facts that a probe depends on besides the server. */
export interface Circumstances {
  readonly health: HealthConfig
  /** Whether the host is a last resort at present. */
  readonly spared: boolean
  /** Whether the host is known to take writes. Without probes (`health.probe` false) nothing else matters. */
  readonly writable: boolean
  /** Warns the operator. @param subject - the subject of the warning: each is told once for all hosts of a pool */
  warn(subject: string, message: string): void
}

/** One connection for probes, and the facts about the server at its other end. */
export class ProbeSession {
  readonly connection: DriverConnection
  /** The time at which the connect began, on the monotonic clock. */
  readonly openedAt: number
  /** The version and the variables of the server; undefined before the pool has asked for them. */
  server: ServerFacts | undefined
  /** The kind of the server; undefined before the pool knows it. */
  kind: ProbeKind | undefined
  /**
   * The account lacks the privilege for the probe of this kind: the plain probe, which every account may send, takes its place.
   */
  limited = false
  /** The number of answered probes. */
  answers = 0

  constructor(connection: DriverConnection, openedAt: number) {
    this.connection = connection
    this.openedAt = openedAt
  }

  get alive(): boolean {
    return this.connection.alive
  }

  /** Probes the server. Calls `done` exactly once. */
  ask(circumstances: Circumstances, done: VerdictDone): void {
    const told: VerdictDone = (error, result) => {
      if (result !== undefined) this.answers += 1
      done(error, result)
    }
    if (circumstances.health.probe === false && circumstances.writable) {
      // Without probes, a successful login is the answer.
      told(null, { usable: true, writable: true, lastResort: false, reason: '' })
      return
    }
    if (this.server !== undefined) {
      this.#examine(circumstances, told)
      return
    }
    const fixed = fixedKind(circumstances.health.probe)
    question(this.connection, SERVER_FACTS_SQL, (error, answer) => {
      // The variables are only needed to detect the kind.
      const mayGoOn = fixed !== undefined || circumstances.health.probe === false
      if (answer === undefined && (!mayGoOn || !this.alive)) {
        told(error ?? new Error('it answered nothing'))
        return
      }
      this.server = serverFacts(this.connection.serverVersion, answer)
      this.kind = fixed ?? (circumstances.health.probe === false ? plainProbe : detectProbe(this.server))
      this.#examine(circumstances, told)
    })
  }

  #examine(circumstances: Circumstances, done: VerdictDone): void {
    const { health, spared } = circumstances
    const { server, kind = plainProbe } = this
    if (server === undefined) return
    const asked = this.limited ? plainProbe : kind
    const failed = (error: Error): void => {
      if (health.probe === false && this.alive) {
        // The server does not tell whether it takes writes. The next write will show.
        done(null, { usable: true, writable: true, lastResort: false, reason: '' })
      } else if (isRefusedQuestion(error, health.probe) && asked !== plainProbe)
        this.#limit(asked, error, circumstances, done)
      else done(error)
    }
    this.#read(asked.queries(server), failed, (answers) => {
      let result: ProbeResult
      try {
        result = asked.evaluate(answers, health, spared)
        if (result.usable && result.allegiance === undefined && health.probe === 'auto') {
          result = { ...result, allegiance: kind.allegiance(server, this.limited || isFollower(answers)) }
        }
      } catch (error) {
        // The rows are no answer to the statements.
        failed(error instanceof Error ? error : new Error(String(error)))
        return
      }
      done(null, result)
    })
  }

  /** Warns of the missing privilege, and goes on with the plain probe. */
  #limit(kind: ProbeKind, error: Error, circumstances: Circumstances, done: VerdictDone): void {
    this.#read(['SELECT CURRENT_USER()'], done, ([answer]) => {
      const account = String(answer?.rows[0]?.[0])
      circumstances.warn(kind.name, refusalWarning(kind, this.connection.serverVersion, account, error))
      this.limited = true
      this.#examine(circumstances, done)
    })
  }

  /** Sends statements one after the other, until one fails. */
  #read(queries: readonly string[], failed: (error: Error) => void, next: (answers: readonly Answer[]) => void): void {
    const answers: Answer[] = []
    const ask = (): void => {
      const sql = queries[answers.length]
      if (sql === undefined) {
        next(answers)
        return
      }
      question(this.connection, sql, (error, answer) => {
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

/** Whether the answers of the replication probe list a source. They are the second answer, after the settings. */
function isFollower([, sources]: readonly Answer[]): boolean {
  return (sources?.rows.length ?? 0) > 0
}
