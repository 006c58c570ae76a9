import { CallContext } from '../../call-context.js'
import type { Decoding } from '../../sql/decoding.js'
import type { Field, StatementOptions } from '../../sql/statement.js'
import type { UserChange } from '../../sql/user-change.js'
import { FastQuery } from './fast-path/fast-query.js'
import { ASCII_ONLY, charsetNumberOf, isUtf8 } from './charset.js'
import { mayChangeCharset } from './charset-change.js'
import { FailureReader } from './failure-reader.js'
import { LocalFile, type LocalFileFactory } from './local-file.js'
import type { Handshake, RawConfig, RawConnection, RawDone, RawError, RawHeader } from './mysql2-internals.js'
import type { Done, DriverConnection, RowReceiver, SocketEnds, StatementDone } from '../port.js'
import type { PreparedShare } from './prepared-share.js'
import { PreparedStatements } from './prepared-statements.js'
import { isPlain, rawStatement } from './raw-statement.js'
import { mayChangeSchema } from './schema-change.js'
import { isSessionChange } from './session-changes.js'
import { setsNothing } from './sets-nothing.js'
import { checkPrepared, mayReadOtherwise, statementAsRead } from './statement-as-read.js'
import { Wire, type WireFacts } from './wire.js'
import { withHost } from './with-host.js'

/** Capability: the server reports changes of session state. */
const SESSION_TRACK = 1 << 23

const SETS = /^\s*set\b/i
const NO_STATEMENT: StatementOptions = Object.freeze({ sql: '' })

/**
 * One connection of mysql2, one command at a time. The connection ends as soon as the next bytes of the server cannot be
 * predicted: after any answer that is neither complete nor the server's own error.
 */
export class Mysql2Connection implements DriverConnection, WireFacts {
  readonly serverVersion: string
  readonly tracksSession: boolean
  /** The ends of the socket at the time of its opening: a destroyed socket has none. */
  readonly ends: SocketEnds | undefined
  onLost: ((error: Error) => void) | undefined
  alive = true
  serverStatus: number
  mayHaveRun = false
  warningCount = 0
  noBackslashEscapes: boolean | undefined
  sessionChanged = false
  schemaChangedTo: string | undefined

  readonly #raw: RawConnection
  readonly #host: string
  readonly #wire: Wire
  readonly #plainConfig: RawConfig
  readonly #charset: number
  readonly #fast: FastQuery | undefined
  readonly #prepared: PreparedStatements
  readonly #failures: FailureReader
  #decoding: Decoding | undefined
  /**
   * Ends the current command. After the end of a command this is no longer its function, so that a second answer of mysql2 has
   * no effect.
   */
  #running: RawDone | undefined
  #statement: StatementOptions = NO_STATEMENT
  /** The current statement certainly sets no variable and no schema. */
  #isData = false
  /** An answer to the current statement has named the session's charset. */
  #charsetReported = false
  /** The current statement is a prepared one. */
  #executes = false
  /** How often the statement may still be prepared anew, after the server has forgotten it or had no room for it. */
  #prepareTries = 0
  /** The application's factory for the files of a LOAD DATA LOCAL. */
  readonly #localFiles: LocalFileFactory | undefined
  /** The asynchronous context of the caller, for functions of the application that the statement may call. */
  #context: CallContext | undefined
  /** The file that the server asked for during the current statement. */
  #localFile: LocalFile | undefined
  #onClosed: (() => void) | undefined

  /** @param fastPath - whether statements that are sent again may take the fast path */
  constructor(raw: RawConnection, host: string, handshake: Handshake, share: PreparedShare, fastPath: boolean) {
    this.#raw = raw
    this.#host = host
    this.serverStatus = handshake.statusFlags
    this.#wire = new Wire(raw, this)
    this.#charset = raw.config.charsetNumber
    this.#plainConfig = raw.config
    this.#localFiles = raw.config.infileStreamFactory as LocalFileFactory | undefined
    raw.config.infileStreamFactory = (path: string) => this.#openLocalFile(path)
    this.ends = endsOf(raw)
    this.#fast = fastPath ? new FastQuery(raw) : undefined
    this.#prepared = new PreparedStatements(raw, share, fastPath)
    this.#failures = new FailureReader(host)
    // MariaDB prefixes its version for old clients that would refuse a leading 10.
    this.serverVersion = handshake.serverVersion.replace(/^5\.5\.5-/, '')
    this.tracksSession = (raw.serverCapabilityFlags & raw.config.clientFlags & SESSION_TRACK) !== 0
    raw.on('error', (error: RawError) => this.#errored(error))
    raw.on('end', () => this.#lose(connectionLostError()))
    raw.stream.on('close', () => {
      this.#lose(new Error('The connection is closed'))
      this.#onClosed?.()
    })
  }

  get threadId(): number | undefined {
    return this.#raw.threadId ?? undefined
  }

  get busy(): boolean {
    return this.#running !== undefined
  }

  query(statement: StatementOptions, decoding: Decoding, done: StatementDone): void {
    const settle = this.#begin(statement, decoding, done)
    if (settle === undefined) return
    try {
      this.#query(statement, settle)
    } catch (error) {
      // A value that cannot be sent, e.g. with a character that the charset lacks.
      setImmediate(settle, error as Error)
    }
  }

  execute(statement: StatementOptions, decoding: Decoding, done: StatementDone): void {
    const settle = this.#begin(statement, decoding, done)
    if (settle === undefined) return
    this.#executes = true
    this.#prepareTries = 2
    try {
      this.#execute(settle)
    } catch (error) {
      // The same, or undefined among the values of a prepared statement.
      setImmediate(settle, error as Error)
    }
  }

  stream(statement: StatementOptions, decoding: Decoding, receiver: RowReceiver): void {
    const settle = this.#begin(statement, decoding, (error) => {
      this.#raw.resume()
      receiver.done(error)
    })
    if (settle === undefined) return
    this.#attempt(settle, () => {
      const isMine = (): boolean => this.#running === settle
      const command = this.#raw.query(rawStatement(this.#asRead(statement), this.#failures))
      let hasRows = false
      command.on('fields', (fields: readonly Field[] | undefined) => {
        hasRows = fields !== undefined
        if (isMine()) receiver.fields(fields)
      })
      command.on('result', (row: unknown) => {
        if (!hasRows) this.#observeHeader(row as RawHeader)
        if (isMine()) receiver.row(row)
      })
      command.on('error', (error: RawError) => settle(error))
      command.on('end', () => {
        if (hasRows && isMine()) this.#wire.rowsEnded()
        settle(null)
      })
      this.#failures.command = command
    })
  }

  pause(): void {
    this.#raw.pause()
  }

  resume(): void {
    this.#raw.resume()
  }

  ping(done: Done): void {
    this.#order(done, (settle) => this.#raw.ping(settle))
  }

  reset(done: Done): void {
    this.#order(
      (error) => {
        if (error === null) {
          // After a `SET NAMES` of the last borrower mysql2 still writes in that charset; the server has already returned to
          // its own.
          this.#raw.config.charsetNumber = this.#charset
          this.#decoding = undefined
          this.#wire.sessionBegan()
        }
        done(error)
      },
      (settle) => this.#raw.reset(settle),
    )
  }

  changeUser(to: UserChange, done: Done): void {
    this.#order(
      (error) => {
        if (error === null) this.#wire.sessionBegan()
        else this.destroy(error)
        done(error)
      },
      (settle) => {
        // mysql2 writes the new user into its current config, so that config must be a copy.
        this.#decoding = undefined
        this.#raw.config = copyOf(this.#plainConfig, this.#charset)
        const given = Object.entries(to).filter(([, value]) => value !== undefined)
        this.#raw.changeUser(Object.fromEntries(given), settle)
      },
    )
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
    const reason = withHost(error ?? new Error('The connection was destroyed'), this.#host)
    this.alive = false
    this.onLost = undefined
    this.#prepared.close()
    this.#fail(reason)
    this.#raw.stream.destroy(reason)
  }

  unref(): void {
    this.#raw.stream.unref?.()
  }

  /**
   * Begins a command. Returns the function that ends the command, or undefined where the command cannot be sent any more.
   * @throws when another command is under way
   */
  #begin(statement: StatementOptions, decoding: Decoding | undefined, done: StatementDone): RawDone | undefined {
    if (this.#running !== undefined) throw new Error('A command is under way on this connection')
    this.#wire.begin()
    if (!this.alive) {
      setImmediate(done, withHost(closedError(), this.#host))
      return undefined
    }
    const settle: RawDone = (error, result, fields) => {
      if (this.#running !== settle) return
      if (error && this.#prepareTries > 0 && this.#isPreparedAnew(error, settle)) return
      this.#running = undefined
      if (this.#executes) this.#prepared.ended()
      const { sql } = statement
      const isData = this.#isData
      if (!isData && this.#prepared.any && mayChangeSchema(sql, this.#executes)) this.#prepared.forget()
      const failure = (this.#localFile === undefined ? undefined : this.#endLocalFile(this.#localFile)) ?? error
      if (failure) {
        // Of several statements some may have run before the error. mysql2 keeps their results.
        const { command } = this.#failures
        // oxlint-disable-next-line no-underscore-dangle -- the names are mysql2's
        this.#observe(command?._rows, command?._fields, true)
        if (!isData) this.#followText(this.#sent(statement), true)
        done(this.#failed(failure))
      } else {
        this.#observe(result, fields, false)
        if (!isData) this.#followText(this.#sent(statement), false)
        done(null, result, fields as readonly Field[] | undefined)
      }
    }
    this.#running = settle
    this.#statement = statement
    this.#isData = setsNothing(statement.sql)
    this.#charsetReported = false
    this.#executes = false
    this.#prepareTries = 0
    const calls = typeof (statement.typeCast ?? decoding?.typeCast) === 'function' || this.#localFiles !== undefined
    if (calls || this.#context !== undefined) {
      this.#context = calls ? new CallContext() : undefined
      this.#failures.callsIn(this.#context)
    }
    this.#failures.command = undefined
    if (decoding !== undefined && decoding !== this.#decoding) this.#use(decoding)
    return settle
  }

  /** A command without a statement. */
  #order(done: Done, send: (settle: Done) => void): void {
    const settle = this.#begin(NO_STATEMENT, undefined, (error) => done(error))
    if (settle !== undefined) this.#attempt(settle, () => send((error) => settle(error ?? null)))
  }

  #attempt(settle: RawDone, send: () => void): void {
    try {
      send()
    } catch (error) {
      setImmediate(settle, error as Error)
    }
  }

  #query(given: StatementOptions, settle: RawDone): void {
    const statement = this.#asRead(given)
    const { sql, values } = statement
    if (!isPlain(statement)) {
      this.#failures.command = this.#raw.query(rawStatement(statement, this.#failures), settle)
      return
    }
    const decoding = this.#decoding
    const again = decoding === undefined ? undefined : this.#fast?.send(sql, values, decoding, settle)
    this.#failures.command = again ?? this.#raw.query(sql, values, settle)
    if (again === undefined) this.#fast?.note(sql, this.#failures.command)
  }

  /**
   * The statement in the form that this session reads now: mysql2 escapes by backslashes, and ignores what the charset can
   * hold.
   * @throws ERR_HOSTPOOL_UNSUPPORTED for a character that the charset lacks
   */
  #asRead(statement: StatementOptions): StatementOptions {
    const { config } = this.#raw
    const { noBackslashEscapes } = this
    const isFixed = this.#isData || !mayReadOtherwise(statement.sql)
    return noBackslashEscapes !== false || isUtf8[config.charsetNumber] !== true || !isFixed
      ? statementAsRead(statement, config, noBackslashEscapes)
      : statement
  }

  #execute(settle: RawDone): void {
    const { charsetNumber } = this.#raw.config
    const asText = this.#prepared.textInstead(this.#statement)
    if (asText !== undefined) {
      this.#query(asText, settle)
      return
    }
    if (isUtf8[charsetNumber] !== true) checkPrepared(this.#statement, charsetNumber)
    this.#failures.command = this.#prepared.execute(this.#statement, this.#decoding, this.#failures, settle)
  }

  /**
   * Sends a prepared statement once more where the server did not run it: the server has forgotten the statement, or has no
   * room for it.
   */
  #isPreparedAnew(error: RawError, settle: RawDone): boolean {
    const statement = this.#statement
    if (!this.#prepared.makesReady(error, statement, this.mayHaveRun)) return false
    this.#prepareTries -= 1
    const asText = this.#prepareTries === 0 ? this.#prepared.asText(error, statement) : undefined
    this.#attempt(settle, () => {
      if (asText === undefined) this.#execute(settle)
      else this.#query(asText, settle)
    })
    return true
  }

  /** Puts a decoding into mysql2's connection config. The charset, which statements can change, is kept. */
  #use(decoding: Decoding): void {
    const { charsetNumber } = this.#raw.config
    this.#decoding = decoding
    if (Object.keys(decoding).length === 0) {
      // mysql2's own object, because a copy's properties are slower to read for every row.
      this.#plainConfig.charsetNumber = charsetNumber
      this.#raw.config = this.#plainConfig
    } else this.#raw.config = Object.assign(copyOf(this.#plainConfig, charsetNumber), this.#failures.watched(decoding))
  }

  /**
   * Observes the results of a command. Several results, of a CALL or of several statements, come as parallel lists. Each result
   * without rows may report a change.
   */
  #observe(result: unknown, fields: unknown, failed: boolean): void {
    if (fields === undefined) this.#observeHeader(result as RawHeader | undefined)
    else if (Array.isArray(fields) && (fields[0] === undefined || Array.isArray(fields[0]))) {
      for (const [index, columns] of (fields as unknown[]).entries()) {
        if (columns === undefined) this.#observeHeader((result as RawHeader[])[index])
        else if (index === fields.length - 1 && !failed) this.#wire.rowsEnded()
      }
    } else this.#wire.rowsEnded()
  }

  #observeHeader(header: RawHeader | undefined): void {
    if (header?.serverStatus === undefined) return
    this.#wire.saw(header.serverStatus, header.warningStatus ?? 0)
    const charset = header.stateChanges?.systemVariables?.['character_set_client']
    if (charset !== undefined) {
      this.#charsetReported = true
      this.#raw.config.charsetNumber = charsetNumberOf(charset) ?? ASCII_ONLY
    }
    if (!isSessionChange(header)) return
    this.sessionChanged = true
    // Earlier prepared statements may have another meaning now: another schema, another mode.
    this.#prepared.forget()
    if (header.stateChanges?.schema != null) this.schemaChangedTo = header.stateChanges.schema
  }

  /** The text of a SET with its values. For other statements the text without values is enough; values may be long. */
  #sent({ sql, values }: StatementOptions): string {
    return values !== undefined && SETS.test(sql) ? (this.#failures.command?.sql ?? sql) : sql
  }

  /** Follows the mode and the charset by the text of a statement, because answers do not report every change. */
  #followText(sql: string, failed: boolean): void {
    if (failed) this.#wire.backslashes.failed(sql)
    else this.#wire.backslashes.answered(sql)
    // The charset is unknown: from now on only ASCII is safe.
    if (!this.#charsetReported && mayChangeCharset(sql)) this.#raw.config.charsetNumber = ASCII_ONLY
  }

  #openLocalFile(path: string): LocalFile['stream'] {
    const open = (): LocalFile =>
      new LocalFile(this.#localFiles, path, this.#statement.sql, () => this.#raw.stream.writableNeedDrain)
    this.#localFile = this.#context === undefined ? open() : this.#context.runInAsyncScope(open)
    return this.#localFile.stream
  }

  /**
   * Closes the file of a command that has been answered. Returns the file's error; undefined where the file was sent correctly.
   */
  #endLocalFile(file: LocalFile): Error | undefined {
    this.#localFile = undefined
    file.close()
    // The server did not wait for the end of the file, or asked for a forbidden file. How the server reads the next bytes is
    // unknown.
    if (!file.ended || file.forged) this.destroy(file.error)
    return file.error
  }

  #failed(error: RawError): Error {
    if (!this.alive) return withHost(error, this.#host)
    const failed = this.#failures.read(error, this.#raw, this.mayHaveRun)
    if (failed.ends === 'connection') this.destroy(failed.error)
    else if (failed.ends === 'lost') this.#lose(failed.error)
    return failed.error
  }

  /** Handles an error of mysql2's connection. For an exception while mysql2 reads a stream's answer there is no callback. */
  #errored(error: RawError): void {
    const isException = error.fatal === true && error.code === undefined && !this.#raw.stream.destroyed
    if (isException && this.#running !== undefined) this.#running(error)
    else this.#lose(error)
  }

  #lose(error: Error): void {
    const known = withHost(error, this.#host)
    const wasAlive = this.alive
    this.alive = false
    this.#prepared.close()
    this.#fail(known)
    // After bytes that are no packet mysql2 leaves the socket open.
    if (!this.#raw.stream.destroyed) this.#raw.stream.destroy()
    if (!wasAlive) return
    const { onLost } = this
    this.onLost = undefined
    onLost?.(known)
  }

  /** Answers the current command with an error, even where mysql2 does not. */
  #fail(error: Error): void {
    const running = this.#running
    if (running !== undefined) setImmediate(() => running(Object.assign(error, { fatal: true })))
  }
}

function endsOf({ stream }: RawConnection): SocketEnds | undefined {
  const { localPort, remoteAddress } = stream
  return localPort === undefined || remoteAddress === undefined ? undefined : { localPort, remoteAddress }
}

/** The same error that mysql2 makes a moment later, when the socket is closed. */
function connectionLostError(): RawError {
  const error = new Error('Connection lost: The server closed the connection.')
  return Object.assign(error, { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })
}

function closedError(): RawError {
  return Object.assign(new Error('The connection is closed'), { fatal: true })
}

function copyOf(config: RawConfig, charsetNumber: number): RawConfig {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(config) as object) as RawConfig, config)
  copy.charsetNumber = charsetNumber
  return copy
}
