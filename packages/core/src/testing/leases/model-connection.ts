import {
  ServerStatus,
  type Done,
  type DriverConnection,
  type RowReceiver,
  type StatementDone,
} from '../../driver/port.js'
import type { Decoding } from '../../sql/decoding.js'
import type { Field, StatementOptions } from '../../sql/statement.js'
import type { UserChange } from '../../sql/user-change.js'
import type { VirtualClock } from '../virtual-clock.js'
import { ownerOf } from './decodings.js'
import type { LeaseServer } from './lease-server.js'
import type { Answer, Client, Request } from './wire.js'
import { lostError } from './server-error.js'
import type { ServerSession } from './server-session.js'

import { type Decoded, decode, failureOf } from './decode.js'
import type { LeaseDriverEnvironment } from './lease-driver.js'

/** The number of rows that arrive together. */
const ROWS_AT_ONCE = 12
const DECODE_FAILED = 'ERR_HOSTPOOL_DECODE_FAILED'

interface UnderWay {
  answered(answer: Answer): void
  failed(error: Error): void
}

/** A connection as the driver makes it, with one command at a time. */
export class ModelConnection implements DriverConnection {
  readonly serverVersion = '10.11.0-MariaDB-simulated'
  readonly threadId: number
  readonly tracksSession: boolean
  readonly client: Client
  alive = true
  mayHaveRun = false
  serverStatus = 2
  warningCount = 0
  sessionChanged = false
  schemaChangedTo: string | undefined
  onLost: ((error: Error) => void) | undefined
  readonly #server: LeaseServer
  readonly #session: ServerSession
  readonly #clock: VirtualClock
  readonly #prepared = new Set<string>()
  #underWay: UnderWay | undefined
  #paused = false
  #onIdle: (() => void) | undefined
  #onResume: (() => void) | undefined

  constructor(server: LeaseServer, session: ServerSession, { clock, options }: LeaseDriverEnvironment) {
    this.#server = server
    this.#session = session
    this.#clock = clock
    this.threadId = session.id
    this.tracksSession = options.tracking !== 'no'
    this.client = {
      answered: (answer) => {
        this.#observe(answer)
        this.#underWay?.answered(answer)
      },
      lost: () => this.#lose(lostError(`${server.name} closed the connection`)),
    }
  }

  get noBackslashEscapes(): boolean {
    return (this.serverStatus & ServerStatus.noBackslashEscapes) !== 0
  }

  get busy(): boolean {
    return this.#underWay !== undefined
  }

  query(statement: StatementOptions, decoding: Decoding, done: StatementDone): void {
    this.#run(false, statement, decoding, done)
  }

  execute(statement: StatementOptions, decoding: Decoding, done: StatementDone): void {
    this.#run(true, statement, decoding, done)
  }

  stream(statement: StatementOptions, decoding: Decoding, receiver: RowReceiver): void {
    this.#begin(
      { command: 'query', sql: statement.sql, owner: ownerOf(decoding) },
      (error) => receiver.done(error),
      (answer, end) => {
        const decoded = answer.replies.map((reply) => decode(reply, statement, decoding, this.serverStatus))
        const results = decoded.filter(({ fields }) => fields !== undefined)
        const failure = (): Error | undefined =>
          answer.cut ? this.#undecodable() : failureOf(answer, this.#server.name)
        this.#deliver(results, receiver, end, failure)
      },
    )
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    const resumed = this.#onResume
    this.#onResume = undefined
    resumed?.()
  }

  ping(done: Done): void {
    this.#simple({ command: 'ping', sql: '' }, done)
  }

  reset(done: Done): void {
    this.#prepared.clear()
    this.#simple({ command: 'reset', sql: '' }, done)
  }

  changeUser(to: UserChange, done: Done): void {
    this.#prepared.clear()
    this.#simple({ command: 'change user', sql: JSON.stringify(to), change: to }, (error) => {
      if (error !== null) this.destroy(error)
      done(error)
    })
  }

  forgetChanges(): void {
    this.sessionChanged = false
    this.schemaChangedTo = undefined
  }

  /** Sends COM_QUIT after the answer to the command under way. */
  close(done: () => void): void {
    const { alive } = this
    this.alive = false
    this.onLost = undefined
    const quit = (): void => this.#server.quit(this.#session, done)
    if (!alive) queueMicrotask(done)
    else if (this.busy) this.#onIdle = quit
    else quit()
  }

  destroy(error?: Error): void {
    this.alive = false
    this.onLost = undefined
    this.#server.cut(this.#session)
    if (this.busy) this.#failUnderWay(error ?? new Error('The connection was destroyed'))
  }

  unref(): void {
    // there is no socket
  }

  #run(prepared: boolean, statement: StatementOptions, decoding: Decoding, done: StatementDone): void {
    const { sql, timeout } = statement
    const request: Request = { command: 'query', sql, owner: ownerOf(decoding) }
    const timer = timeout === undefined ? undefined : this.#clock.after(timeout, () => this.#timeOut(timeout))
    const settled: StatementDone = (...outcome) => {
      timer?.cancel()
      done(...outcome)
    }
    const answered = (answer: Answer, end: () => void): void => {
      end()
      const error = answer.cut ? this.#undecodable() : failureOf(answer, this.#server.name)
      if (error === undefined) this.#hand(answer, statement, decoding, settled)
      else settled(error)
    }
    if (!prepared || this.#prepared.has(sql)) {
      this.#begin(request, settled, answered)
      return
    }
    this.#begin({ command: 'prepare', sql }, settled, (answer, end) => {
      const error = failureOf(answer, this.#server.name)
      if (error !== undefined) {
        end()
        settled(error)
        return
      }
      this.#prepared.add(sql)
      this.mayHaveRun = true
      this.#underWay = { answered: (next) => answered(next, end), failed: (lost) => settled(lost) }
      this.#server.send(this.#session, request)
    })
  }

  #hand(answer: Answer, statement: StatementOptions, decoding: Decoding, done: StatementDone): void {
    const results = answer.replies.map((reply) => decode(reply, statement, decoding, this.serverStatus))
    const [first] = results
    if (results.length > 1)
      done(
        null,
        results.map(({ result }) => result),
        results.map(({ fields }) => fields) as unknown as readonly Field[],
      )
    else done(null, first?.result, first?.fields)
  }

  #simple(request: Request, done: Done): void {
    this.#begin(request, done, (answer, end) => {
      end()
      done(failureOf(answer, this.#server.name) ?? null)
    })
  }

  /** @param answered - gets the answer, and a function that ends the command */
  #begin(request: Request, failed: (error: Error) => void, answered: (answer: Answer, end: () => void) => void): void {
    if (this.busy) throw new Error(`${request.command} ${request.sql} was sent while a command was under way`)
    this.mayHaveRun = false
    if (!this.alive) {
      const error = Object.assign(new Error("Can't add new command when connection is in closed state"), {
        fatal: true,
      })
      queueMicrotask(() => failed(error))
      return
    }
    this.mayHaveRun = request.command === 'query'
    const end = (): void => {
      this.#underWay = undefined
      this.#onIdle?.()
      this.#onIdle = undefined
    }
    this.#underWay = { answered: (answer) => answered(answer, end), failed }
    this.#server.send(this.#session, request)
  }

  #deliver(
    results: readonly Decoded[],
    receiver: RowReceiver,
    end: () => void,
    failure: () => Error | undefined,
  ): void {
    const rows = results.flatMap(({ result }) => result as readonly unknown[])
    let next = 0
    this.#underWay = {
      answered: () => undefined,
      failed: (error) => receiver.done(error),
    }
    const mine = this.#underWay
    if (results[0]?.fields !== undefined) receiver.fields(results[0].fields)
    const hand = (): void => {
      if (this.#underWay !== mine) return
      for (let count = 0; count < ROWS_AT_ONCE && next < rows.length; count += 1) {
        // A pause holds later rows back, and not those that the socket has brought already.
        if (this.#paused) {
          this.#onResume = hand
          return
        }
        receiver.row(rows[next])
        next += 1
      }
      if (next < rows.length) {
        this.#clock.afterIdly(1, hand)
        return
      }
      this.#paused = false
      end()
      receiver.done(failure() ?? null)
    }
    hand()
  }

  #timeOut(milliseconds: number): void {
    const error = Object.assign(new Error(`no answer within ${milliseconds} ms`), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' })
    this.destroy(error)
  }

  /** Destroys the connection, since the rest of the answer on it is unknown. */
  #undecodable(): Error {
    const error = Object.assign(new Error('A value could not be decoded'), { code: DECODE_FAILED })
    this.alive = false
    this.onLost = undefined
    this.#server.cut(this.#session)
    return error
  }

  #observe({ errno, status, changed, schema, replies }: Answer): void {
    if (errno === undefined) this.serverStatus = status
    this.warningCount = Math.max(0, ...replies.map((reply) => (reply.is === 'ok' ? reply.warnings : 0)))
    if (changed) this.sessionChanged = true
    if (schema !== undefined) this.schemaChangedTo = schema
  }

  #lose(error: Error): void {
    this.alive = false
    const { onLost } = this
    this.onLost = undefined
    // The order of the two calls depends on the way in which the connection was lost.
    if (this.threadId % 2 === 0) {
      onLost?.(error)
      this.#failUnderWay(error)
    } else {
      this.#failUnderWay(error)
      queueMicrotask(() => onLost?.(error))
    }
  }

  #failUnderWay(error: Error): void {
    const underWay = this.#underWay
    this.#onResume = undefined
    this.#paused = false
    if (underWay === undefined) return
    queueMicrotask(() => {
      if (this.#underWay !== underWay) return
      this.#underWay = undefined
      underWay.failed(error)
    })
  }
}
