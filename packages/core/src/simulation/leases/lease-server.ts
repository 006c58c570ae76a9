import { ServerStatus } from '../../driver/port.js'
import type { UserChange } from '../../statement/user-change.js'
import type { VirtualClock } from '../virtual-clock.js'
import type { Arrival, Said } from './borrowing.js'
import type { Database } from './database.js'
import type { Owner } from './decodings.js'
import type { Fate, LifeOptions } from './operation.js'
import { performOwn } from './own-statements.js'
import { perform, type Refused, type Reply } from './perform.js'
import { MARKS_EACH, marksOf, meaningOf, partsOf, type Saying } from './saying.js'
import { freshValues, OWN_SCHEMA, OWN_USER, type ServerSession } from './server-session.js'

/** A command, as it comes over the wire. */
export interface Request {
  readonly command: 'query' | 'prepare' | 'ping' | 'reset' | 'change user'
  readonly sql: string
  readonly change?: UserChange
  /** Whose it is. */
  readonly owner?: Owner | undefined
}

/** What comes back. */
export interface Answer {
  readonly errno: number | undefined
  readonly replies: readonly Exclude<Reply, { is: 'error' }>[]
  /** Status flags; an error has none. */
  readonly status: number
  readonly changed: boolean
  readonly schema: string | undefined
  /** Its rows cannot be decoded. */
  readonly cut: boolean
}

/** The client's end of a connection. */
export interface Client {
  answered(answer: Answer): void
  lost(): void
}

/** What the servers have to know of statements: whose they are, and what befalls them. */
export interface StatementBook {
  /** Called when a statement is put on the wire. Undefined for the pool's own. */
  sent(session: ServerSession, sql: string, owner: Owner | undefined): Said | undefined
  /** Called when a change of the user is put on the wire. */
  changesUser(session: ServerSession): void
  /** Called when a statement is carried out that takes what its session knows as the last id. */
  takesId(session: ServerSession, said: Said): void
  fateOf(said: Said): Fate | undefined
}

export interface ServerEnvironment {
  readonly clock: VirtualClock
  readonly database: Database
  readonly options: LifeOptions
  readonly book: StatementBook
  readonly tell: (line: string) => void
  readonly nextSession: () => number
}

interface Connected {
  client: Client | undefined
  /** A command that came and is not carried out yet. */
  waiting: boolean
}

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

/** Ends the session after its answer. */
const TOO_LARGE = 1153
const REFUSED_LOGIN = 1045
export const STRANGER = 'stranger'

/** One server: its sessions, and all that goes wrong with it. */
export class LeaseServer {
  readonly name: string
  readonly #env: ServerEnvironment
  readonly #sessions = new Map<ServerSession, Connected>()
  #held: (() => void)[] = []
  #frozen = false
  #life = 0
  #dead = false
  #troubles: Fate[] = []
  readOnly = false
  primary = true
  /** Milliseconds that everything takes more. */
  slow = 0

  constructor(name: string, env: ServerEnvironment) {
    this.name = name
    this.#env = env
  }

  /** A Galera node does not undo everything in a reset; only a probe tells a pool that it is one. */
  get #keepsWaiting(): boolean {
    const { cluster, probes } = this.#env.options
    return cluster === 'galera' && probes
  }

  get open(): number {
    let open = 0
    for (const { client } of this.#sessions.values()) if (client !== undefined) open += 1
    return open
  }

  connect(opened: (session: ServerSession) => Client, refused: () => void): { abort(): void } {
    let over = false
    const life = this.#life
    if (this.#dead) this.#env.clock.afterIdly(0, () => over || refused())
    else {
      this.#later(2 + this.slow, () => {
        if (over) return
        if (life !== this.#life) {
          refused()
          return
        }
        const { options, nextSession } = this.#env
        const session: ServerSession = {
          id: nextSession(),
          server: this.name,
          values: freshValues(),
          schema: options.database ? OWN_SCHEMA : null,
          user: OWN_USER,
          spoilt: false,
          last: undefined,
          open: true,
          left: false,
        }
        const connected: Connected = { client: undefined, waiting: false }
        this.#sessions.set(session, connected)
        this.#tell(session, 'open')
        connected.client = opened(session)
      })
    }
    return {
      abort: () => {
        over = true
      },
    }
  }

  send(session: ServerSession, request: Request): void {
    const connected = this.#sessions.get(session)
    if (connected === undefined) return
    const said = request.command === 'query' ? this.#env.book.sent(session, request.sql, request.owner) : undefined
    if (request.command === 'change user') this.#env.book.changesUser(session)
    this.#tell(session, request.command === 'query' ? firstLine(request.sql) : `${request.command} ${request.sql}`)
    const fate = said === undefined ? this.#troubles.shift() : this.#env.book.fateOf(said)
    if (fate !== undefined) this.#tell(session, JSON.stringify(fate))
    const arrival = said?.arrivals.at(-1)
    connected.waiting = true
    this.#later(this.slow, () => this.#meet(session, connected, request, said, arrival, fate))
  }

  /** The client has gone without a word; a command that has come already is carried out all the same. */
  cut(session: ServerSession): void {
    const connected = this.#sessions.get(session)
    if (connected === undefined) return
    this.#tell(session, 'cut')
    connected.client = undefined
    session.left = true
    if (!connected.waiting) this.#end(session)
  }

  quit(session: ServerSession, done: () => void): void {
    this.#tell(session, 'quits')
    const connected = this.#sessions.get(session)
    if (connected !== undefined) connected.client = undefined
    this.#later(this.slow, () => {
      this.#end(session)
      done()
    })
  }

  kill(time: number): void {
    this.#env.tell(`${this.name} dies`)
    this.#life += 1
    this.#dead = true
    this.dropAll()
    this.thaw()
    const life = this.#life
    this.#env.clock.afterIdly(time, () => {
      if (life === this.#life) this.#dead = false
    })
  }

  dropAll(): void {
    for (const session of Array.from(this.#sessions.keys())) this.#drop(session)
  }

  dropSession(id: number | undefined): void {
    for (const session of Array.from(this.#sessions.keys())) if (session.id === id) this.#drop(session)
  }

  freeze(): void {
    this.#frozen = true
  }

  thaw(): void {
    this.#frozen = false
    const held = this.#held
    this.#held = []
    for (const act of held) this.#env.clock.afterIdly(0, act)
  }

  leavePrimary(time: number): void {
    this.primary = false
    this.#env.clock.afterIdly(time, () => (this.primary = true))
  }

  trouble(fate: Fate): void {
    this.#troubles.push(fate)
  }

  /** From now on nothing goes wrong. */
  makeWell(): void {
    this.#troubles = []
    this.#dead = false
    this.readOnly = false
    this.primary = true
    this.slow = 0
    this.thaw()
  }

  #meet(
    session: ServerSession,
    connected: Connected,
    request: Request,
    said: Said | undefined,
    arrival: Arrival | undefined,
    fate: Fate | undefined,
  ): void {
    if (!session.open) return
    const carryOn = (rest: Fate | undefined): void => this.#carry(session, connected, request, said, arrival, rest)
    if (fate?.is === 'stall') {
      this.#later(fate.time, () => session.open && carryOn(undefined))
    } else if (fate?.is === 'freeze' && fate.when === 'before') {
      this.#freezeFor(fate.time)
      this.#later(0, () => session.open && carryOn(undefined))
    } else carryOn(fate)
  }

  #carry(
    session: ServerSession,
    connected: Connected,
    request: Request,
    said: Said | undefined,
    arrival: Arrival | undefined,
    fate: Fate | undefined,
  ): void {
    connected.waiting = false
    const dies = fate?.is === 'kill' || fate?.is === 'drop' ? fate : undefined
    if (dies?.when === 'before' || (dies?.when === 'during' && !dies.done)) {
      this.#die(session, dies)
      return
    }
    const answer = this.#carryOut(session, request, said, arrival, fate)
    if (dies !== undefined) {
      this.#die(session, dies)
      return
    }
    if (connected.client === undefined) {
      this.#end(session)
      return
    }
    if (fate?.is === 'freeze') this.#freezeFor(fate.time)
    const ends =
      answer.errno === TOO_LARGE ||
      answer.errno === REFUSED_LOGIN ||
      (said?.putting !== undefined &&
        answer.errno === undefined &&
        partsOf(said.putting.statement).some((saying) => meaningOf(saying).release === true))
    this.#later(1 + this.slow, () => {
      const { client } = connected
      if (!session.open) return
      if (client === undefined) {
        this.#end(session)
        return
      }
      if (arrival !== undefined) arrival.answer = answer.errno ?? 'done'
      this.#tell(session, answer.errno === undefined ? 'answers' : `answers ${answer.errno}`)
      client.answered(answer)
      if (ends) this.#drop(session)
    })
  }

  #carryOut(
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
        if (values.syncWait && this.#keepsWaiting) session.spoilt = true
        session.values = freshValues()
        return this.#answer(session, [], [])
      case 'change user':
        session.values = freshValues()
        session.spoilt = false
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
      refused === undefined ? performOwn(session, sql, options, this) : { is: 'error', errno: refused.errno }
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
      // Of several statements the last one is refused: the others are done by then.
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

  /** What this server refuses everything with. */
  #stateRefusal(): Refused | undefined {
    if (!this.primary) return { is: 'refuse', errno: 1047, done: false }
    if (this.readOnly) return { is: 'refuse', errno: 1290, done: false }
    return undefined
  }

  #answer({ values, schema }: ServerSession, replies: readonly Reply[], parts: readonly Saying[]): Answer {
    const { tracking } = this.#env.options
    const failed = replies.find((reply) => reply.is === 'error')
    const reported = parts.filter((saying, index) => REPORTED.has(saying) && replies[index]?.is === 'ok')
    // Of several statements those before the one that failed have reported.
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

  #die(session: ServerSession, { is }: Fate): void {
    if (is === 'kill') this.kill(500)
    else this.#drop(session)
  }

  #drop(session: ServerSession): void {
    const client = this.#sessions.get(session)?.client
    this.#end(session)
    client?.lost()
  }

  #end(session: ServerSession): void {
    if (!this.#sessions.delete(session)) return
    this.#tell(session, 'closed')
    session.open = false
    session.values.transaction = undefined
  }

  #freezeFor(time: number): void {
    this.#frozen = true
    const life = this.#life
    this.#env.clock.afterIdly(time, () => {
      if (life === this.#life) this.thaw()
    })
  }

  /** After so much time, or when it thaws; not at all when it has died meanwhile. */
  #later(milliseconds: number, act: () => void): void {
    const life = this.#life
    const attend = (): void => {
      if (life !== this.#life) act()
      else if (this.#frozen) this.#held.push(attend)
      else act()
    }
    this.#env.clock.afterIdly(milliseconds, attend)
  }

  #tell({ id }: ServerSession, what: string): void {
    this.#env.tell(`  ${this.name} #${id}: ${what}`)
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
