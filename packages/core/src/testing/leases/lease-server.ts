import type { Arrival, Said } from './borrowing.js'
import type { Fate } from './operation.js'
import { meaningOf, partsOf } from './saying.js'
import { freshValues, OWN_SCHEMA, OWN_USER, type ServerSession } from './server-session.js'

import { REFUSED_LOGIN, SessionWork } from './session-work.js'
import type { Client, Request, ServerEnvironment } from './wire.js'

interface Connected {
  client: Client | undefined
  /** A command that has arrived and was not carried out yet. */
  waiting: boolean
}

/** Has the session end after the answer. */
const TOO_LARGE = 1153

/** One server: its sessions, and its faults. */
export class LeaseServer {
  readonly name: string
  readonly #env: ServerEnvironment
  readonly #work: SessionWork
  readonly #sessions = new Map<ServerSession, Connected>()
  #held: (() => void)[] = []
  #frozen = false
  #life = 0
  #dead = false
  #troubles: Fate[] = []
  readOnly = false
  primary = true
  /** Milliseconds that are added to the time of every command. */
  slow = 0

  constructor(name: string, env: ServerEnvironment) {
    this.name = name
    this.#env = env
    this.#work = new SessionWork(env, this)
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
          unresettable: false,
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

  /** The client has closed its end without COM_QUIT. A command that has arrived is carried out all the same. */
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

  /** Ends all faults. */
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
    const answer = this.#work.carryOut(session, request, said, arrival, fate)
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

  /** Runs a function after so much time, or when the server thaws; or not at all, where the server has died meanwhile. */
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
