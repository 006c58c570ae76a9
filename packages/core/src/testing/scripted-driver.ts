import type {
  ConnectAttempt,
  ConnectListener,
  ConnectTarget,
  Done,
  Driver,
  DriverConnection,
  RowReceiver,
  SocketEnds,
  StatementDone,
} from '../driver/port.js'
import { ServerStatus } from '../driver/port.js'
import type { Decoding } from '../sql/decoding.js'
import type { Field, ResultSetHeader, StatementOptions } from '../sql/statement.js'
import type { UserChange } from '../sql/user-change.js'

/** An answer without rows. Properties that are left out are 0. */
interface Written {
  readonly insertId?: number
  readonly affectedRows?: number
  readonly warnings?: number
}

/**
 * The answer that a test gives in place of a server: rows, the result of a write, a server's error, or the loss of the
 * connection.
 */
export type Reply = readonly object[] | Written | Error | 'is lost'

/** A command that has reached a connection. */
export interface Asked {
  readonly connection: ToldConnection
  readonly what: 'query' | 'execute' | 'stream' | 'ping' | 'reset' | 'changeUser'
  readonly sql: string
  readonly decoding: Decoding
}

/** Decides the answer to a command; undefined gives no answer yet. */
export type Replies = (asked: Asked) => Reply | undefined

const AUTO_INCREMENT = 0x0200

/** The columns of rows. `id` is a generated column. */
function fieldsOf([row = { value: 0 }]: readonly object[]): readonly Field[] {
  return Object.keys(row).map((name) => ({ name, flags: name === 'id' ? AUTO_INCREMENT : 0 }) as Field)
}

/** Connects a pool to servers whose answers a test decides. */
export class ScriptedDriver implements Driver {
  readonly connections: ToldConnection[] = []
  tracksSession = true
  readonly #replies: Replies
  readonly #note: (asked: Asked) => void

  constructor(replies: Replies, note: (asked: Asked) => void) {
    this.#replies = replies
    this.#note = note
  }

  connect({ host }: ConnectTarget, listener: ConnectListener): ConnectAttempt {
    let given = false
    setImmediate(() => {
      if (given) return
      given = true
      const number = this.connections.filter((one) => one.host === host.host).length + 1
      const connection = new ToldConnection(host.host, number, this.tracksSession, this.#replies, this.#note)
      this.connections.push(connection)
      listener(null, connection)
    })
    return {
      abort: () => {
        given = true
      },
    }
  }
}

/**
 * One connection. Its status flags follow its statements as they do with a server: an answer brings them up to date, an error
 * leaves them as they were.
 */
export class ToldConnection implements DriverConnection {
  readonly host: string
  readonly threadId: number
  readonly ends: SocketEnds
  readonly serverVersion = '10.11.0-told'
  readonly noBackslashEscapes = false
  readonly tracksSession: boolean
  alive = true
  closed = false
  mayHaveRun = false
  serverStatus: number = ServerStatus.autocommit
  warningCount = 0
  sessionChanged = false
  schemaChangedTo: string | undefined
  onLost: ((error: Error) => void) | undefined
  /** Whether the stream under way is paused. */
  paused = false
  /** The state of the session on the server, whether the server has reported it or not. */
  status: number = ServerStatus.autocommit
  readonly #replies: Replies
  readonly #note: (asked: Asked) => void
  #running:
    | { readonly asked: Asked; readonly done: StatementDone; readonly receiver?: RowReceiver | undefined }
    | undefined

  constructor(host: string, number: number, tracksSession: boolean, replies: Replies, note: (asked: Asked) => void) {
    this.host = host
    this.threadId = number
    this.ends = { localPort: 40_000 + number, remoteAddress: host }
    this.tracksSession = tracksSession
    this.#replies = replies
    this.#note = note
  }

  get name(): string {
    return `${this.host}${this.threadId}`
  }

  get busy(): boolean {
    return this.#running !== undefined
  }

  query({ sql }: StatementOptions, decoding: Decoding, done: StatementDone): void {
    this.#begin({ connection: this, what: 'query', sql, decoding }, done)
  }

  execute({ sql }: StatementOptions, decoding: Decoding, done: StatementDone): void {
    this.#begin({ connection: this, what: 'execute', sql, decoding }, done)
  }

  stream({ sql }: StatementOptions, decoding: Decoding, receiver: RowReceiver): void {
    this.paused = false
    const done: StatementDone = (error) => receiver.done(error)
    this.#begin({ connection: this, what: 'stream', sql, decoding }, done, receiver)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  ping(done: Done): void {
    this.#begin({ connection: this, what: 'ping', sql: 'ping', decoding: {} }, (error) => done(error))
  }

  reset(done: Done): void {
    this.#begin({ connection: this, what: 'reset', sql: 'reset', decoding: {} }, (error) => done(error))
  }

  changeUser({ user = '' }: UserChange, done: Done): void {
    this.#begin({ connection: this, what: 'changeUser', sql: `change user ${user}`, decoding: {} }, (error) => {
      if (error !== null) this.destroy(error)
      done(error)
    })
  }

  forgetChanges(): void {
    this.sessionChanged = false
    this.schemaChangedTo = undefined
  }

  close(done: () => void): void {
    this.onLost = undefined
    this.alive = false
    this.closed = true
    setImmediate(done)
  }

  destroy(error?: Error): void {
    this.onLost = undefined
    this.#end(error ?? new Error('The connection was destroyed'))
  }

  unref(): void {
    // there is no socket
  }

  /** The network, or the server, ends the connection. */
  lose(): void {
    if (!this.alive) return
    const error = new Error(`${this.host} closed the connection`)
    const { onLost } = this
    this.onLost = undefined
    this.#end(error)
    onLost?.(error)
  }

  /** Sends a row of the stream under way. */
  row(row: object): void {
    this.#running?.receiver?.row(row)
  }

  /** Answers the command under way. */
  answer(reply: Reply): void {
    const running = this.#running
    if (running === undefined) throw new Error(`Nothing is under way on ${this.name}`)
    if (reply === 'is lost') {
      this.lose()
      return
    }
    this.#running = undefined
    if (reply instanceof Error) {
      running.done(reply)
      return
    }
    this.#follow(running.asked.sql)
    this.serverStatus = this.status
    this.warningCount = isRows(reply) ? 0 : (reply.warnings ?? 0)
    const { receiver } = running
    if (!isRows(reply)) {
      const header = headerOf(reply, this.serverStatus)
      receiver?.row(header)
      running.done(null, header)
    } else if (receiver === undefined) running.done(null, reply, fieldsOf(reply))
    else {
      receiver.fields(fieldsOf(reply))
      for (const row of reply) receiver.row(row)
      running.done(null)
    }
  }

  #begin(asked: Asked, done: StatementDone, receiver?: RowReceiver): void {
    if (this.#running !== undefined) throw new Error(`${asked.sql} while ${this.#running.asked.sql} is under way`)
    this.mayHaveRun = this.alive
    if (!this.alive) {
      setImmediate(done, fatal(new Error('The connection is closed')))
      return
    }
    const running = { asked, done, receiver }
    this.#running = running
    this.#note(asked)
    setImmediate(() => {
      if (this.#running !== running) return
      const reply = this.#replies(asked)
      if (reply !== undefined) this.answer(reply)
    })
  }

  #end(error: Error): void {
    this.alive = false
    this.closed = true
    const running = this.#running
    if (running === undefined) return
    setImmediate(() => {
      if (this.#running !== running) return
      this.#running = undefined
      running.done(fatal(error))
    })
  }

  #follow(sql: string): void {
    const open = ServerStatus.inTransaction
    if (/^(?:begin|start)/i.test(sql)) this.status |= open
    else if (/^(?:commit|rollback)(?! to)/i.test(sql)) {
      if (!/and chain/i.test(sql)) this.status &= ~open
    } else if (/^(?:create|truncate|lock)/i.test(sql)) this.status &= ~open
    else if (/^set autocommit = 0/i.test(sql)) this.status &= ~ServerStatus.autocommit
    else if (/^(?:reset|change user)/.test(sql)) this.status = ServerStatus.autocommit
    else if (/^(?:insert|update|select .* from)/i.test(sql) && (this.status & ServerStatus.autocommit) === 0)
      this.status |= open
    if (!this.tracksSession) return
    if (/^(?:set (?!transaction)|use )/i.test(sql)) this.sessionChanged = true
    const schema = /^use `?(\w+)/i.exec(sql)?.[1]
    if (schema !== undefined) this.schemaChangedTo = schema
  }
}

/** An error as a server gives it. */
export function refusal(errno: number, message = `error ${errno}`): Error {
  return Object.assign(new Error(message), { errno, sqlState: 'HY000' })
}

function fatal(error: Error): Error {
  return Object.assign(error, { fatal: true })
}

function isRows(reply: Exclude<Reply, Error | string>): reply is readonly object[] {
  return Array.isArray(reply)
}

function headerOf({ insertId = 0, affectedRows = 0 }: Written, serverStatus: number): ResultSetHeader {
  return { affectedRows, insertId, changedRows: 0, info: '', serverStatus, warningStatus: 0 }
}
