import type { HealthConfig } from '../config/pool-config.js'
import type { DriverConnection } from '../driver/port.js'
import { type Answer, question } from '../driver/question.js'
import { plainProbe } from './probes/plain.js'
import { detectProbe, fixedKind, SERVER_FACTS_SQL } from './probes/registry.js'
import { isRefusedQuestion, refusalWarning } from './refusal.js'
import { type ServerFacts, serverFacts } from './server-facts.js'
import type { ProbeKind, ProbeResult } from './probe-result.js'

export type VerdictDone = (error: Error | null, result?: ProbeResult) => void

/** What a question depends on besides the server. */
export interface Circumstances {
  readonly health: HealthConfig
  /** Whether the host is a last resort at present. */
  readonly spared: boolean
  /** Whether it is known to take writes; where probes are off, nothing else is asked for. */
  readonly writable: boolean
  /** Tells the operator something. @param subject - what it is about; the same of each host of a pool */
  warn(subject: string, message: string): void
}

/** One connection that a host is asked over, and what is known of the server at its other end. */
export class ProbeSession {
  readonly connection: DriverConnection
  /** When its connect began, on the monotonic clock. */
  readonly openedAt: number
  /** Undefined until the server has been asked, and where it does not say. */
  server: ServerFacts | undefined
  /** The kind of the server; undefined until it is known. */
  kind: ProbeKind | undefined
  /** The account may not ask all that there is to know: what any account may ask has to do. */
  limited = false
  /** Questions that were answered. */
  answers = 0

  constructor(connection: DriverConnection, openedAt: number) {
    this.connection = connection
    this.openedAt = openedAt
  }

  get alive(): boolean {
    return this.connection.alive
  }

  /** Asks the server how it is. Calls back exactly once. */
  ask(circumstances: Circumstances, done: VerdictDone): void {
    const told: VerdictDone = (error, result) => {
      if (result !== undefined) this.answers += 1
      done(error, result)
    }
    if (circumstances.health.probe === false && circumstances.writable) {
      // That it was let in was the answer.
      told(null, { usable: true, writable: true, lastResort: false, reason: '' })
      return
    }
    if (this.server !== undefined) {
      this.#examine(circumstances, told)
      return
    }
    const fixed = fixedKind(circumstances.health.probe)
    question(this.connection, SERVER_FACTS_SQL, (error, answer) => {
      // Where the kind is known, a server that does not say more about itself can be asked all the same.
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
        // It does not say whether it takes writes: the next one will tell.
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
        // Rows that are no answer to the question.
        failed(error instanceof Error ? error : new Error(String(error)))
        return
      }
      done(null, result)
    })
  }

  /** Makes do with what any account may ask. */
  #limit(kind: ProbeKind, error: Error, circumstances: Circumstances, done: VerdictDone): void {
    this.#read(['SELECT CURRENT_USER()'], done, ([answer]) => {
      const account = String(answer?.rows[0]?.[0])
      circumstances.warn(kind.name, refusalWarning(kind, this.connection.serverVersion, account, error))
      this.limited = true
      this.#examine(circumstances, done)
    })
  }

  /** Puts questions one after the other, until one fails. */
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

/** Whether a server's answers list a source that it replicates from, after its settings. */
function isFollower([, sources]: readonly Answer[]): boolean {
  return (sources?.rows.length ?? 0) > 0
}
