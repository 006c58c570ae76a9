import type { Readable } from 'node:stream'

import type { Decoding } from '../statement/decoding.js'
import type { Field, StatementOptions } from '../statement/statement.js'
import type { Handshake, RawConfig, RawConnection, RawDone, RawError, RawHeader } from './mysql2-internals.js'
import type { UserChange } from '../statement/user-change.js'
import { AskedAgain } from './asked-again.js'
import type { Done, DriverConnection, StatementDone } from './port.js'
import { PreparedAgain } from './prepared-again.js'
import { isPlain, rawStatement } from './raw-statement.js'
import { withHost } from './with-host.js'

/** Protocol status bit: session state has changed. */
const SESSION_STATE_CHANGED = 0x4000

/** One connection of mysql2, through its callback interface. */
export class Mysql2Connection implements DriverConnection {
  readonly serverVersion: string
  onLost: ((error: Error) => void) | undefined
  alive = true
  pending = 0
  serverStatus: number
  sessionChanged = false
  schemaChangedTo: string | undefined

  readonly #raw: RawConnection
  readonly #host: string
  readonly #plainConfig: RawConfig
  readonly #charset: number
  readonly #asked: AskedAgain
  readonly #prepared: PreparedAgain
  #decoding: Decoding | undefined
  /** Statements that wait for the answers to those before them: mysql2 looks at the decoding when rows arrive. */
  readonly #postponed: { readonly decoding: Decoding; readonly send: () => void }[] = []
  #streams: Set<Readable> | undefined
  #onClosed: (() => void) | undefined

  constructor(raw: RawConnection, host: string, handshake: Handshake) {
    this.#raw = raw
    this.#host = host
    this.#plainConfig = raw.config
    this.#charset = raw.config.charsetNumber
    this.#asked = new AskedAgain(raw)
    this.#prepared = new PreparedAgain(raw)
    // MariaDB prefixes its version for the sake of clients that would refuse a leading 10.
    this.serverVersion = handshake.serverVersion.replace(/^5\.5\.5-/, '')
    this.serverStatus = handshake.statusFlags
    raw.on('error', (error: Error) => this.#lose(error))
    raw.on('end', () => this.#lose(new Error('The server closed the connection')))
    raw.stream.on('close', () => {
      this.#lose(new Error('The connection is closed'))
      this.#onClosed?.()
    })
  }

  get threadId(): number | undefined {
    return this.#raw.threadId ?? undefined
  }

  query(statement: StatementOptions, decoding: Decoding, done: StatementDone): void {
    this.#run(false, statement, decoding, done)
  }

  execute(statement: StatementOptions, decoding: Decoding, done: StatementDone): void {
    this.#run(true, statement, decoding, done)
  }

  stream(statement: StatementOptions, decoding: Decoding): Readable {
    this.#use(decoding)
    const command = this.#raw.query(rawStatement(statement))
    const stream = command.stream()
    this.pending += 1
    const streams = (this.#streams ??= new Set())
    streams.add(stream)
    let hasRows = false
    command.on('fields', (fields: unknown) => {
      hasRows = fields !== undefined
    })
    command.on('result', (row: unknown) => {
      if (!hasRows) this.#observe(row as RawHeader)
    })
    command.once('end', () => {
      this.#answered()
      streams.delete(stream)
    })
    // Listed first, so that readers get the error with its host.
    command.prependListener('error', (error: RawError) => this.#failed(error))
    return stream
  }

  ping(done: Done): void {
    this.pending += 1
    this.#raw.ping(this.#once(done))
  }

  reset(done: Done): void {
    this.pending += 1
    this.#raw.reset(
      this.#once((error) => {
        if (error === null) {
          // A `SET NAMES` of the last borrower had changed mysql2's idea of the charset; the server's is back already.
          this.#decoding = undefined
          this.#plainConfig.charsetNumber = this.#charset
          this.#raw.config = this.#plainConfig
        }
        done(error)
      }),
    )
  }

  changeUser(to: UserChange, done: Done): void {
    this.pending += 1
    // mysql2 writes the new user into the config it has now.
    this.#decoding = undefined
    this.#raw.config = copyOf(this.#plainConfig)
    const given = Object.entries(to).filter(([, value]) => value !== undefined)
    const answered = this.#once(done)
    this.#raw.changeUser(Object.fromEntries(given), (error: RawError | null) => {
      // The server hangs up after a refused login; that says nothing about the host.
      if (typeof error?.errno === 'number') this.destroy(error)
      answered(error)
    })
  }

  forgetChanges(): void {
    this.sessionChanged = false
    this.schemaChangedTo = undefined
  }

  close(done: () => void): void {
    if (this.#raw.stream.destroyed) {
      done()
      return
    }
    this.#onClosed = done
    this.alive = false
    this.onLost = undefined
    this.#raw.end()
  }

  destroy(error?: Error): void {
    this.alive = false
    this.onLost = undefined
    const reason = withHost(error ?? new Error('The connection was destroyed'), this.#host)
    this.#failStreams(reason)
    // Statements under way get this error: mysql2 hands a socket's error on to all of them.
    this.#raw.stream.destroy(reason)
  }

  unref(): void {
    this.#raw.stream.unref?.()
  }

  #run(prepared: boolean, statement: StatementOptions, decoding: Decoding, done: StatementDone): void {
    if (this.#postponed.length > 0 || (decoding !== this.#decoding && this.pending > 0)) {
      this.pending += 1
      this.#postponed.push({ decoding, send: () => this.#send(prepared, statement, done) })
      return
    }
    this.#use(decoding)
    this.pending += 1
    this.#send(prepared, statement, done)
  }

  #answered(): void {
    this.pending -= 1
    if (this.#postponed.length > 0) this.#sendPostponed()
  }

  /** Sends what waited for the answers to statements of another decoding. */
  #sendPostponed(): void {
    while (this.#postponed.length > 0) {
      const [next] = this.#postponed
      const underWay = this.pending > this.#postponed.length
      if (next === undefined || (underWay && next.decoding !== this.#decoding)) return
      this.#postponed.shift()
      this.#use(next.decoding)
      next.send()
    }
  }

  #send(prepared: boolean, statement: StatementOptions, done: StatementDone): void {
    let settled = false
    // mysql2 can answer twice, e.g. a statement that timed out and is then lost with its connection.
    const settle = (error: RawError | null, result?: unknown, fields?: unknown): void => {
      if (settled) return
      settled = true
      this.#answered()
      if (error === null) {
        this.#observe(lastHeader(result, fields))
        done(null, result, fields as Field[] | undefined)
      } else {
        done(this.#failed(error))
      }
    }
    try {
      const raw = this.#raw
      if (isPlain(statement)) {
        if (prepared) this.#execute(statement, settle)
        else this.#query(statement, settle)
      } else if (prepared) raw.execute(rawStatement(statement), settle)
      else raw.query(rawStatement(statement), settle)
    } catch (error) {
      // Values that cannot be sent, e.g. undefined in a prepared statement.
      setImmediate(settle, error as Error)
    }
  }

  #query({ sql, values }: StatementOptions, settle: RawDone): void {
    const decoding = this.#decodingIfAlone
    if (decoding !== undefined && this.#asked.send(sql, values, decoding, settle)) return
    this.#asked.note(sql, this.#raw.query(sql, values, settle))
  }

  #execute({ sql, values }: StatementOptions, settle: RawDone): void {
    const decoding = this.#decodingIfAlone
    if (decoding !== undefined && this.#prepared.send(sql, values, decoding, settle)) return
    this.#prepared.note(sql, this.#raw.execute(sql, values, settle))
  }

  /** Behind other commands the charset may be another when a statement's turn comes, or it may not be prepared any more. */
  get #decodingIfAlone(): Decoding | undefined {
    return this.pending === 1 ? this.#decoding : undefined
  }

  #once(done: Done): Done {
    let settled = false
    return (error) => {
      if (settled) return
      settled = true
      this.#answered()
      done(error === null || error === undefined ? null : this.#failed(error))
    }
  }

  /** Decoding is a property of mysql2's connection config; exchange it when the borrower's differs from the last one's. */
  #use(decoding: Decoding): void {
    if (decoding === this.#decoding) return
    this.#decoding = decoding
    if (Object.keys(decoding).length === 0) {
      this.#raw.config = this.#plainConfig
      return
    }
    this.#raw.config = Object.assign(copyOf(this.#plainConfig), decoding)
  }

  #observe(header: RawHeader | undefined): void {
    if (header?.serverStatus === undefined) return
    this.serverStatus = header.serverStatus
    if ((header.serverStatus & SESSION_STATE_CHANGED) === 0) return
    this.sessionChanged = true
    if (header.stateChanges?.schema != null) this.schemaChangedTo = header.stateChanges.schema
  }

  #failed(error: RawError): Error {
    const known = withHost(error, this.#host)
    if (error.code === 'PROTOCOL_SEQUENCE_TIMEOUT') {
      // The answer is still to come; nobody can use this connection before it has, so nobody ever will.
      this.destroy(known)
    } else if (error.fatal === true) {
      this.#lose(known)
    }
    return known
  }

  #lose(error: Error): void {
    if (!this.alive) return
    this.alive = false
    const known = withHost(error, this.#host)
    this.#failStreams(known)
    const onLost = this.onLost
    this.onLost = undefined
    onLost?.(known)
  }

  #failStreams(error: Error): void {
    for (const stream of this.#streams ?? []) stream.destroy(error)
    this.#streams?.clear()
  }
}

/** The last answer without rows; a result set ends in a packet whose status mysql2 keeps to itself. */
function lastHeader(result: unknown, fields: unknown): RawHeader | undefined {
  if (fields === undefined) return result as RawHeader
  const several = Array.isArray(fields) && Array.isArray(result) && fields.length > 0 && fields.at(-1) === undefined
  return several ? (result.at(-1) as RawHeader) : undefined
}

function copyOf(config: RawConfig): RawConfig {
  return Object.assign(Object.create(Object.getPrototypeOf(config) as object) as RawConfig, config)
}
