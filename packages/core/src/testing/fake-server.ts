import type { VirtualClock } from './virtual-clock.js'

/** The reaction of a server to a client that connects. */
export type Welcome =
  | 'accepts'
  | 'refuses'
  | 'is silent'
  | 'has no room'
  | 'wants another password'
  | 'has no such database'

/** The behaviour of a fake server. A test may change every part at any time. Times are milliseconds. */
export interface ServerWays {
  welcome: Welcome
  handshakeTime: number
  /** The answer to a ping, a clean-up or a statement. */
  answers: 'well' | 'with an error' | 'never'
  /** One time for all commands, or a time for each. */
  answerTime: number | ((what: string) => number)
  /** Whether the server reacts to COM_QUIT. */
  partsWell: boolean
  goodbyeTime: number
}

const usualWays: Readonly<ServerWays> = {
  welcome: 'accepts',
  handshakeTime: 5,
  answers: 'well',
  answerTime: 1,
  partsWell: true,
  goodbyeTime: 1,
}

/** A listener to the events that a server sees. */
export type ServerObserver = (server: FakeServer, what: string) => void

/** The client's listener to its own connection. */
export interface LinkListener {
  /** The server closed the connection, or died. */
  lost(error: Error): void
}

/** The server's end of one connection. */
export interface Link {
  readonly number: number
  readonly server: FakeServer
  /** Sends a command and waits for the answer. A frozen server answers when it thaws. */
  ask(what: string, answered: (error: Error | null) => void): void
  /** COM_QUIT. */
  quit(done: () => void): void
  /** The client has closed its end without COM_QUIT. */
  cut(): void
}

export interface Handshake {
  abort(): void
}

export interface HandshakeListener extends LinkListener {
  opened(link: Link): void
  failed(error: Error & { readonly code: string }): void
}

/**
 * A server without a network, on virtual time. It counts its connections itself, so that a pool's limits are checked from
 * outside.
 */
export class FakeServer {
  readonly name: string
  readonly ways: ServerWays = { ...usualWays }
  readonly #clock: VirtualClock
  readonly #observe: ServerObserver | undefined
  readonly #links = new Map<Link, LinkListener>()
  /** Links whose packets are dropped without a notice. */
  readonly #muted = new WeakSet<Link>()
  #held: (() => void)[] = []
  #frozen = false
  #numbers = 0
  #handshaking = 0
  #handshakes = 0

  constructor(name: string, clock: VirtualClock, observe?: ServerObserver) {
    this.name = name
    this.#clock = clock
    this.#observe = observe
  }

  /** The number of connections that are open at this end. */
  get open(): number {
    return this.#links.size
  }

  /** The number of handshakes under way. */
  get handshaking(): number {
    return this.#handshaking
  }

  /** The number of handshakes since the beginning. */
  get handshakes(): number {
    return this.#handshakes
  }

  connect(listener: HandshakeListener): Handshake {
    this.#handshakes += 1
    this.#handshaking += 1
    this.#observe?.(this, 'handshake')
    let over = false
    const end = (): boolean => {
      if (over) return false
      over = true
      this.#handshaking -= 1
      return true
    }
    // A refusal to connect comes at once; all other answers come at the end of the handshake.
    const time = this.ways.welcome === 'refuses' ? 0 : this.ways.handshakeTime
    this.#later(time, () => {
      if (over || this.ways.welcome === 'is silent') return
      end()
      const refusal = refusalOf(this.ways.welcome)
      if (refusal === undefined) listener.opened(this.#open(listener))
      else {
        this.#observe?.(this, refusal.message)
        listener.failed(refusal)
      }
    })
    return {
      abort: () => {
        if (end()) this.#observe?.(this, 'handshake given up')
      },
    }
  }

  /** Stops the process, as SIGSTOP does: connections stay open, and no command is answered. */
  freeze(): void {
    this.#frozen = true
  }

  /** Lets the process go on: it now answers the commands that came meanwhile. */
  thaw(): void {
    this.#frozen = false
    const held = this.#held
    this.#held = []
    for (const act of held) this.#clock.afterIdly(0, act)
  }

  /**
   * Loses every connection, as when the process is killed. `ways.welcome` decides whether the server can be reached afterwards.
   */
  dropAll(): void {
    for (const [link, listener] of Array.from(this.#links)) {
      // A client does not hear of the loss where its packets are dropped.
      if (this.#muted.has(link) || !this.#forget(link)) continue
      this.#observe?.(this, `#${link.number} lost`)
      listener.lost(serverError('PROTOCOL_CONNECTION_LOST', `${this.name} closed the connection`))
    }
  }

  /** Drops the packets of every open connection without a notice, as a firewall does. New connections get through. */
  muteAll(): void {
    for (const link of this.#links.keys()) this.#muted.add(link)
  }

  /** The network gives up the connections whose packets are dropped, as TCP does in the end with unacknowledged data. */
  giveUpMuted(): void {
    for (const [link, listener] of Array.from(this.#links)) {
      if (!this.#muted.has(link) || !this.#forget(link)) continue
      listener.lost(serverError('ETIMEDOUT', `${this.name} has not answered for many minutes`))
    }
  }

  #open(listener: LinkListener): Link {
    this.#numbers += 1
    const number = this.#numbers
    const tell = (what: string): void => this.#observe?.(this, `#${number} ${what}`)
    const link: Link = {
      number,
      server: this,
      ask: (what, answered) => {
        tell(what)
        const { answerTime } = this.ways
        this.#later(typeof answerTime === 'number' ? answerTime : answerTime(what), () => {
          if (!this.#links.has(link) || this.#muted.has(link) || this.ways.answers === 'never') return
          const wrong = this.ways.answers === 'with an error'
          answered(wrong ? serverError('ER_UNKNOWN_ERROR', `${this.name} could not ${what}`) : null)
        })
      },
      quit: (done) => {
        tell('quits')
        this.#later(this.ways.goodbyeTime, () => {
          if (this.ways.partsWell && !this.#muted.has(link) && this.#forget(link)) done()
        })
      },
      cut: () => {
        if (this.#forget(link)) tell('cut')
      },
    }
    this.#links.set(link, listener)
    tell('open')
    return link
  }

  #forget(link: Link): boolean {
    return this.#links.delete(link)
  }

  /** Runs a function after so much time, or when the server thaws. A timer of a server keeps no client's process alive. */
  #later(milliseconds: number, act: () => void): void {
    const attend = (): void => {
      if (this.#frozen) this.#held.push(act)
      else act()
    }
    this.#clock.afterIdly(milliseconds, attend)
  }
}

/** The numbers of the errors that a server gives, in contrast to the network. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['ER_CON_COUNT_ERROR', 1040],
  ['ER_ACCESS_DENIED_ERROR', 1045],
  ['ER_BAD_DB_ERROR', 1049],
])

export function serverError(code: string, message: string): Error & { readonly code: string } {
  const errno = NUMBERS.get(code)
  return Object.assign(new Error(message), errno === undefined ? { code } : { code, errno })
}

function refusalOf(welcome: Welcome): (Error & { readonly code: string }) | undefined {
  switch (welcome) {
    case 'refuses':
      return serverError('ECONNREFUSED', 'refuses')
    case 'has no room':
      return serverError('ER_CON_COUNT_ERROR', 'has no room')
    case 'wants another password':
      return serverError('ER_ACCESS_DENIED_ERROR', 'wants another password')
    case 'has no such database':
      return serverError('ER_BAD_DB_ERROR', 'has no such database')
    default:
      return undefined
  }
}
