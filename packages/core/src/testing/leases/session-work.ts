import { ServerStatus } from '../../driver/port.js'
import type { Arrival, Said } from './borrowing.js'
import type { Fate } from './operation.js'
import type { Refused, Reply } from './perform.js'
import { perform } from './refusal.js'
import { MARKS_EACH, marksOf, partsOf, type Saying } from './saying.js'
import { freshValues, OWN_SCHEMA, OWN_USER, type ServerSession } from './server-session.js'

import { performOwn, type ServerCondition } from './own-statements.js'
import type { Answer, Request, ServerEnvironment } from './wire.js'

const REPORTED: ReadonlySet<Saying> = new Set([
  'set variable',
  'set zone',
  'set mode',
  'set isolation',
  'set names',
  'set sync wait',
  'autocommit off',
  'autocommit on',
  'use other',
  'use own',
  'create temporary',
] as const)

export const REFUSED_LOGIN = 1045
/** The name of a user whom no server lets in. */
export const STRANGER = 'stranger'

/** Carries out the commands in the sessions of one server. */
export class SessionWork {
  readonly #env: Pick<ServerEnvironment, 'database' | 'options' | 'book'>
  readonly #condition: ServerCondition

  constructor(env: Pick<ServerEnvironment, 'database' | 'options' | 'book'>, condition: ServerCondition) {
    this.#env = env
    this.#condition = condition
  }

  /** Whether a reset leaves `wsrep_sync_wait` in force, as on a Galera node. Only with probes the pool knows of Galera. */
  get #keepsWaiting(): boolean {
    const { cluster, probes } = this.#env.options
    return cluster === 'galera' && probes
  }

  carryOut(
    session: ServerSession,
    request: Request,
    said: Said | undefined,
    arrival: Arrival | undefined,
    fate: Fate | undefined,
  ): Answer {
    const refused = fate?.is === 'refuse' ? fate : undefined
    const { values } = session
    switch (request.command) {
      case 'ping':
      case 'prepare':
        return this.#answer(session, refused === undefined ? [] : [{ is: 'error', errno: refused.errno }], [])
      case 'reset':
        if (refused !== undefined) return this.#answer(session, [{ is: 'error', errno: refused.errno }], [])
        if (values.syncWait && this.#keepsWaiting) session.unresettable = true
        session.values = freshValues()
        return this.#answer(session, [], [])
      case 'change user':
        session.values = freshValues()
        session.unresettable = false
        session.user = request.change?.user ?? OWN_USER
        session.schema = request.change?.database ?? (this.#env.options.database ? OWN_SCHEMA : null)
        return this.#answer(session, session.user === STRANGER ? [{ is: 'error', errno: REFUSED_LOGIN }] : [], [])
      case 'query':
        return said === undefined
          ? this.#own(session, request.sql, refused)
          : this.#said(session, said, arrival, refused, fate?.is === 'cut')
      default:
        return request.command satisfies never
    }
  }

  #own(session: ServerSession, sql: string, refused: Refused | undefined): Answer {
    const { options } = this.#env
    const reply: Reply =
      refused === undefined ? performOwn(session, sql, options, this.#condition) : { is: 'error', errno: refused.errno }
    return this.#answer(session, [reply], sql.startsWith('SET ') ? ['set zone'] : [])
  }

  #said(
    session: ServerSession,
    said: Said,
    arrival: Arrival | undefined,
    refused: Refused | undefined,
    cut: boolean,
  ): Answer {
    const { database, options } = this.#env
    const replies: Reply[] = []
    const statement = said.putting?.statement
    const parts = statement === undefined ? [] : partsOf(statement)
    const first = said.number * MARKS_EACH
    for (const [index, saying] of parts.entries()) {
      if (saying.includes(' id')) this.#env.book.takesId(session, said)
      // A refusal of several statements hits the last one, when the others are done.
      const refusal = index === parts.length - 1 ? refused : undefined
      const reply = perform(
        {
          session,
          database,
          options,
          saying,
          borrowing: said.borrowing,
          marks: marksOf(first, index, saying),
          asked: saying === 'read own' ? (said.own ?? 0) : first + index * 2,
        },
        refusal ?? this.#stateRefusal(),
      )
      replies.push(reply)
      if (reply.is === 'error') break
    }
    if (arrival !== undefined) arrival.isolation = session.values.transaction?.isolation
    return { ...this.#answer(session, replies, parts), cut }
  }

  /** The error with which the server refuses every statement in its present state. */
  #stateRefusal(): Refused | undefined {
    if (!this.#condition.primary) return { is: 'refuse', errno: 1047, done: false }
    if (this.#condition.readOnly) return { is: 'refuse', errno: 1290, done: false }
    return undefined
  }

  #answer({ values, schema }: ServerSession, replies: readonly Reply[], parts: readonly Saying[]): Answer {
    const { tracking } = this.#env.options
    const failed = replies.find((reply) => reply.is === 'error')
    const reported = parts.filter((saying, index) => REPORTED.has(saying) && replies[index]?.is === 'ok')
    // The statements before a failed one have reported their changes.
    const reports = tracking === 'yes' && values.tracking && reported.length > 0
    return {
      errno: failed?.errno,
      replies: replies.filter((reply) => reply.is !== 'error'),
      status:
        (values.transaction === undefined ? 0 : ServerStatus.inTransaction) |
        (values.autocommit ? ServerStatus.autocommit : 0) |
        (values.noBackslashEscapes ? 0x0200 : 0),
      changed: reports,
      schema: reports && reported.some((saying) => saying.startsWith('use')) ? (schema ?? undefined) : undefined,
      cut: false,
    }
  }
}
