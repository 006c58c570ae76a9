import type {
  ConnectAttempt,
  ConnectListener,
  ConnectTarget,
  Done,
  Driver,
  DriverConnection,
  RowReceiver,
} from '../driver/port.js'
import { ServerStatus, type StatementDone } from '../driver/port.js'
import type { Decoding } from '../sql/decoding.js'
import type { Field, StatementOptions } from '../sql/statement.js'
import type { FakeServer, Link } from './fake-server.js'

/**
 * The answer of a fake server to a statement: rows as a probe reads them, with the names of columns where they matter, or an
 * error.
 */
export type Answer = (sql: string, server: FakeServer) => Rows | Error

export type Rows = readonly (readonly unknown[])[] & { readonly columns?: readonly string[] }

/** The answers of a healthy member of a Galera cluster. */
export const healthyNode: Answer = (sql) => {
  if (sql.startsWith('SHOW GLOBAL VARIABLES'))
    return [
      ['wsrep_on', 'ON'],
      ['wsrep_provider', 'libgalera_smm.so'],
    ]
  if (sql.includes("SELECT 'READ_ONLY'") && !sql.includes('WSREP')) return [['READ_ONLY', '0']]
  if (!sql.includes('WSREP_LOCAL_STATE')) return []
  return [
    ['WSREP_LOCAL_STATE', '4'],
    ['WSREP_CLUSTER_STATUS', 'Primary'],
    ['WSREP_READY', 'ON'],
    ['READ_ONLY', '0'],
    ['WSREP_REJECT_QUERIES', 'NONE'],
    ['WSREP_SST_DONOR_REJECTS_QUERIES', '0'],
  ]
}

/** Connects a whole pool, sessions and probes included, to fake servers. */
export class FakeDriver implements Driver {
  answer: Answer = healthyNode
  /** The name that the certificate of the last connected host would be checked against. */
  readonly servernames = new Map<string, string | undefined>()
  readonly #serverOf: (host: string) => FakeServer

  constructor(serverOf: (host: string) => FakeServer) {
    this.#serverOf = serverOf
  }

  connect({ host }: ConnectTarget, listener: ConnectListener): ConnectAttempt {
    let connection: FakeDriverConnection | undefined
    this.servernames.set(host.host, host.servername)
    return this.#serverOf(host.host).connect({
      opened: (link) => {
        connection = new FakeDriverConnection(link, (sql) => this.answer(sql, link.server))
        listener(null, connection)
      },
      failed: (error) => listener(Object.assign(error, { fatal: true })),
      lost: (error) => connection?.lose(error),
    })
  }
}

class FakeDriverConnection implements DriverConnection {
  readonly serverVersion = '10.11.0-simulated'
  readonly threadId: number
  readonly tracksSession = true
  readonly noBackslashEscapes = false
  /** The first report of a server: that session tracking was switched on. */
  sessionChanged = false
  mayHaveRun = false
  readonly schemaChangedTo = undefined
  onLost: ((error: Error) => void) | undefined
  alive = true
  serverStatus: number = ServerStatus.autocommit
  readonly warningCount = 0
  readonly #link: Link
  readonly #answer: (sql: string) => Rows | Error
  #running: StatementDone | undefined

  constructor(link: Link, answer: (sql: string) => Rows | Error) {
    this.#link = link
    this.threadId = link.number
    this.#answer = answer
  }

  get busy(): boolean {
    return this.#running !== undefined
  }

  query({ sql }: StatementOptions, _: Decoding, done: StatementDone): void {
    this.#send(sql, done)
  }

  execute({ sql }: StatementOptions, _: Decoding, done: StatementDone): void {
    this.#send(sql, done)
  }

  stream({ sql }: StatementOptions, _: Decoding, receiver: RowReceiver): void {
    this.#send(sql, (error) => receiver.done(error))
  }

  pause(): void {
    // there are no rows
  }

  resume(): void {
    // there are no rows
  }

  ping(done: Done): void {
    this.#send('ping', done)
  }

  reset(done: Done): void {
    this.#send('reset', done)
  }

  changeUser(_: unknown, done: Done): void {
    this.#send('change user', done)
  }

  forgetChanges(): void {
    this.sessionChanged = false
  }

  close(done: () => void): void {
    this.alive = false
    this.onLost = undefined
    this.#link.quit(done)
  }

  destroy(error?: Error): void {
    this.alive = false
    this.onLost = undefined
    this.#link.cut()
    this.#failRunning(error ?? new Error('The connection was destroyed'))
  }

  unref(): void {
    // there is no socket
  }

  lose(error: Error): void {
    if (!this.alive) return
    this.alive = false
    const { onLost } = this
    this.onLost = undefined
    onLost?.(error)
    this.#failRunning(Object.assign(error, { fatal: true }))
  }

  #send(sql: string, done: StatementDone): void {
    if (this.#running !== undefined) throw new Error('A command is under way on this connection')
    this.mayHaveRun = this.alive
    if (!this.alive) {
      queueMicrotask(() => done(Object.assign(new Error('The connection is closed'), { fatal: true })))
      return
    }
    this.#running = done
    this.#link.ask(sql, (failure) => {
      if (this.#running !== done) return
      this.#running = undefined
      const answer = failure ?? this.#answer(sql)
      if (answer instanceof Error) done(answer)
      else {
        this.#follow(sql)
        done(null, answer, /^(?:select|show)/i.test(sql) ? fieldsOf(answer) : undefined)
      }
    })
  }

  /** The status flags of a session. */
  #follow(sql: string): void {
    if (/^set session_track_state_change/i.test(sql)) this.sessionChanged = true
    if (/^(?:begin|start transaction)/i.test(sql)) this.serverStatus |= ServerStatus.inTransaction
    if (/^(?:commit|rollback|reset)/i.test(sql)) this.serverStatus &= ~ServerStatus.inTransaction
  }

  #failRunning(error: Error): void {
    const running = this.#running
    if (running === undefined) return
    queueMicrotask(() => {
      if (this.#running !== running) return
      this.#running = undefined
      running(error)
    })
  }
}

/** The two columns, of names and of values, that probes read. */
function fieldsOf(rows: Rows): Field[] {
  const names = rows.columns ?? ['name', 'value']
  const count = rows.columns?.length ?? rows[0]?.length ?? 0
  return Array.from({ length: count }, (_, index) => ({ name: names[index] ?? `column${index}` }) as Field)
}
