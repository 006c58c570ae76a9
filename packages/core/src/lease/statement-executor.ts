import { CallContext } from '../call-context.js'
import { retryCause } from '../channels/retry-cause.js'
import type { StatementSpan } from '../channels/statement-span.js'
import type { StatementDone } from '../driver/port.js'
import { ErrorClass, isAnswer, keepsTransaction } from '../errors/error-class.js'
import { isOutcomeUnknown } from '../errors/hostpool-error.js'
import { type Access, canServe } from '../sql/access.js'
import { Cancellation, cancellationOf } from './cancellation.js'
import { ConnectionEnd } from './connection-end.js'
import type { Decoding } from '../sql/decoding.js'
import type { LeaseOptions } from './lease.js'
import { hostLostError, mixedTracesError, outcomeUnknownError, releasedError, unsentError } from './lease-errors.js'
import type { LeasePort, SessionCheckout } from './lease-port.js'
import type { CheckoutDone } from '../pool/waiter.js'
import { errorClassIn, type FailedStatement, reactionTo } from './failed-statement.js'
import { asWrite, isInParts, NOTHING_DONE, type Operation, usedFor } from './operation.js'
import { putOperation } from './put-operation.js'
import { afterStop, stopAbandoned, stopStatement } from './stop-statement.js'
import type { Stop } from './statement-killer.js'
import { readOnlyNow } from './read-only-now.js'
import { isRetryable } from '../errors/is-retryable.js'
import type { Borrower, Session } from '../session/session.js'
import type { Forgetting } from '../session/left-traces.js'
import { type Answered, isOnlyRows, leavesNoKey, leftBy, Traces } from './traces.js'
import { endsTransaction, TransactionScope } from './transaction-scope.js'
import type { Field, StatementOptions } from '../sql/statement.js'
import type { StatementKind } from '../sql/statement-kind.js'

/**
 * What keeps an operation from the lease's connection: `none` sends it there, `moves` takes another connection, `lost` refuses
 * it.
 */
type Obstacle = 'none' | 'moves' | 'lost'

/**
 * The one way of a borrower to the wire. Operations run one after the other, in the order of the calls. At the turn of an
 * operation the executor decides anew: send the operation on the lease's connection, send it on another connection because the
 * host is gone, or refuse it because the state that it depends on is gone. Between two connections the lease has none.
 */
export class StatementExecutor implements Borrower {
  readonly #port: LeasePort
  /** The decoding of the lease. */
  readonly decoding: Decoding
  readonly #access: Access | undefined
  // These three are made when needed: most borrowers send one statement, outside any transaction.
  #traces: Traces | undefined
  #scope: TransactionScope | undefined
  #queue: Operation[] | undefined
  #managed = false
  readonly #alone: boolean
  /** The checkout of the lease's connection; undefined while the lease has none. */
  #checkout: SessionCheckout | undefined
  /** The last checkout, which names the host and the server while the lease has no connection. */
  #last: SessionCheckout
  #released = false
  #end: ConnectionEnd | undefined
  #current: Operation | undefined
  /** `run` is at work, in the asynchronous context of its operation. */
  #inContext = false
  /** A connection to another host was asked for, because the host of this one is unresponsive. */
  #hedging = false
  #whenIdle: (() => void) | undefined

  /**
   * @param alone - the lease has one operation and no other: no later operation reads its traces, and the connection is given
   * back at its end
   */
  constructor(port: LeasePort, checkout: SessionCheckout, options: LeaseOptions, alone = false) {
    this.#alone = alone
    this.#port = port
    this.#checkout = this.#last = checkout
    checkout.connection.resource.attach(this)
    this.decoding = options.decoding === undefined ? port.decoding : port.decodingFor(options.decoding)
    this.#access = options.access
  }

  /** The checkout that the lease has, or had last. */
  get lastCheckout(): SessionCheckout {
    return this.#last
  }

  /** The session, while the lease has one. */
  get session(): Session | undefined {
    return this.#checkout?.connection.resource
  }

  get inTransaction(): boolean {
    if (this.#scope?.isLost === true || this.#isTransactionOn(this.session)) return true
    // BEGIN may still wait for its turn, or for a connection.
    if (this.#current?.kind.kind === 'begin') return true
    return this.#queue?.some(({ kind }) => kind.kind === 'begin') === true
  }

  get released(): boolean {
    return this.#released
  }

  get busy(): boolean {
    return this.#current !== undefined
  }

  whenIdle(done: () => void): void {
    this.#whenIdle = done
  }

  /** Says whether the operations from now on belong to a transaction that the borrower does not end itself. */
  manage(managed: boolean): void {
    this.#managed = managed
  }

  trueInTheEnd(error: unknown): unknown {
    return this.#scope === undefined ? error : this.#scope.trueInTheEnd(error, this.#last.connection.hostPool.host.name)
  }

  /**
   * An operation: the borrower's statement with the settings of its lease.
   * @param context - the asynchronous context of the call, where the call came before the lease; default: the current one
   * @param begun - the span of the statement, where `context` is given
   * @throws where the statement's own decoding is invalid; nothing is sent then
   */
  operation(
    what: Operation['what'],
    statement: StatementOptions,
    given: StatementKind,
    done: StatementDone,
    context?: CallContext,
    begun?: StatementSpan,
  ): Operation {
    const kind = statement.access === 'write' && given.kind === 'read' ? asWrite(given) : given
    // An invalid decoding must throw before a span begins.
    const decoding = statement.decoding === undefined ? this.decoding : this.#port.decodingFor(statement.decoding)
    const span = context === undefined ? this.#port.tracer.statement(what, statement.sql, given) : begun
    return {
      what,
      statement,
      kind,
      access: statement.access ?? this.#access ?? usedFor(kind),
      decoding,
      managed: this.#managed,
      context: context ?? span?.context ?? new CallContext(),
      span,
      done: span === undefined ? done : span.ending(done),
      attempts: 0,
      askedOn: undefined,
      cancellation: statement.signal === undefined ? undefined : cancellationOf(statement),
    }
  }

  isCurrent(operation: Operation): boolean {
    return this.#current === operation
  }

  /**
   * Runs an operation at its turn. Its `done` is called exactly once, never synchronously.
   * @param inContext - whether the present asynchronous context is the operation's own
   */
  run(operation: Operation, inContext = true): void {
    if (this.#released) setImmediate(operation.done, releasedError())
    else if (operation.cancellation !== undefined && !this.#mayBegin(operation, operation.cancellation)) {
      if (this.#alone) this.release()
    } else if (this.#current === undefined) {
      // The context of a span is the span's own: tracers bind it.
      this.#inContext = inContext && operation.span === undefined
      try {
        this.#begin(operation)
      } finally {
        this.#inContext = false
      }
    } else (this.#queue ??= []).push(operation)
  }

  /** Cancels the current operation, as an abort of its signal would. */
  cancel(): void {
    const end = this.#end
    if (end?.abandoned !== undefined) {
      stopAbandoned(this.#port, end.abandoned)
      end.abandoned = undefined
      return
    }
    const operation = this.#current
    if (operation === undefined || operation.refusal !== undefined) return
    operation.cancellation?.over()
    operation.cancellation = new Cancellation(AbortSignal.abort())
    this.#abort(operation, operation.cancellation)
  }

  /** @param now - the time, where the caller has just read the clock */
  release(now?: number): void {
    if (this.#released) return
    this.#released = true
    const checkout = this.#checkout
    // A lease that moves has no connection; the new connection is given back on arrival.
    if (checkout === undefined) return
    if (this.#current === undefined) this.#detach(checkout)
    // The pool cleans the session after the answer to the current operation.
    this.#port.release(checkout, now)
  }

  destroy(): void {
    if (this.#released) return
    this.#released = true
    const checkout = this.#checkout
    if (checkout === undefined) return
    if (this.#current?.askedOn === checkout) this.#ending.abandoned = checkout
    this.#port.destroy(this.#detach(checkout))
  }

  /**
   * Hedges: a read that waits for its answer is sent to another host as well. The connection that was asked last delivers the
   * answer.
   */
  hostUnresponsive(): void {
    const operation = this.#current
    if (operation === undefined || this.#hedging || !this.#mayHedge(operation)) return
    this.#hedging = true
    const arrived: CheckoutDone<Session> = (_, checkout) => {
      this.#hedging = false
      if (checkout === undefined) return
      // The answer may have come meanwhile. Where no other host had a free connection, this connection leads to the same host.
      if (this.#current === operation && this.#mayHedge(operation) && !checkout.connection.hostPool.host.unresponsive) {
        if (this.#checkout !== undefined) this.#detach(this.#checkout)
        this.#attach(checkout)
        this.#port.noteHedge()
        operation.span?.noteHedge()
        this.#send(operation, checkout)
      } else this.#port.release(checkout)
    }
    this.#port.acquire({ access: operation.access }, arrived, operation.context)
  }

  /** Whether a second send costs nothing but time: the statement is certainly a read, and leaves nothing in its session. */
  #mayHedge({ kind, what, attempts, askedOn, access, refusal }: Operation): boolean {
    const checkout = this.#checkout
    if (checkout === undefined || askedOn !== checkout || this.#released || kind.kind !== 'read') return false
    if (attempts > 1 || refusal !== undefined || (what !== 'query' && what !== 'execute') || !this.#port.mayHedge())
      return false
    const { resource } = checkout.connection
    if (!resource.alive || resource.inTransaction || resource.changed) return false
    if (kind.asks !== undefined || kind.mayAsk === true) return false
    return this.#traces?.keep(checkout) !== true && this.#port.anyAnswers(access)
  }

  /** Whether the operation may go on: it has not been aborted. From now on an abort stops the operation. */
  #mayBegin(operation: Operation, cancellation: Cancellation): boolean {
    if (cancellation.aborted) {
      setImmediate(operation.done, cancellation.notSent())
      return false
    }
    cancellation.watch(() => this.#abort(operation, cancellation))
    return true
  }

  #abort(operation: Operation, cancellation: Cancellation): void {
    const error = cancellation.notSent()
    const place = this.#queue?.indexOf(operation) ?? -1
    if (place >= 0) {
      this.#queue?.splice(place, 1)
      // Without its BEGIN, statements that were meant for the transaction must not run.
      if (operation.kind.kind === 'begin') this.#lose(error)
      cancellation.over()
      setImmediate(operation.done, error)
      return
    }
    if (this.#current !== operation) return
    // An operation that waits for another connection, for example, is not sent any more.
    operation.refusal = error
    if (operation.askedOn !== undefined) stopStatement(this.#port, operation, cancellation, operation.askedOn)
  }

  #attach(checkout: SessionCheckout): void {
    checkout.connection.resource.attach(this)
    this.#checkout = checkout
    this.#last = checkout
    this.#end = undefined
  }

  get #ending(): ConnectionEnd {
    return (this.#end ??= new ConnectionEnd())
  }

  /** Notes that the transaction, which the borrower takes to be open, is gone. */
  #lose(cause: Error): void {
    ;(this.#scope ??= new TransactionScope()).lose(cause)
  }

  /** Takes the checkout away from the lease. */
  #detach(checkout: SessionCheckout): SessionCheckout {
    checkout.connection.resource.borrower = undefined
    this.#checkout = undefined
    return checkout
  }

  /** Starts an operation at its turn. */
  #begin(operation: Operation): void {
    this.#current = operation
    if (operation.refusal !== undefined) {
      this.#finishLater(operation, operation.refusal)
      return
    }
    if (this.#released && this.session?.alive !== true) {
      this.#finishLater(operation, releasedError())
      return
    }
    if (this.#scope?.isLost === true) {
      this.#afterLostTransaction(operation)
      return
    }
    const checkout = this.#checkout
    if (this.#alone && checkout?.use === usedFor(operation.kind)) {
      // The pool has just chosen the connection for this very statement.
      this.#sendWithoutTraces(operation, checkout)
      return
    }
    const obstacle = this.#obstacleTo(operation, checkout)
    if (obstacle === 'lost') this.#refuse(operation)
    else if (checkout === undefined || obstacle === 'moves') this.#move(operation)
    else this.#sendWithoutTraces(operation, checkout)
  }

  #obstacleTo(operation: Operation, checkout: SessionCheckout | undefined): Obstacle {
    const { kind, access, what } = operation
    const session = checkout?.connection.resource
    const traces = this.#traces
    const mayAsk = kind.asks !== undefined || kind.mayAsk === true
    if (mayAsk && traces?.check(kind, session?.alive === true ? checkout : undefined) === 'elsewhere') return 'lost'
    if (checkout === undefined || session === undefined) return 'moves'
    // A dead connection that still counts as movable had nothing open. The statement has not been sent, so no work is lost.
    if (!session.alive) return this.#end?.settled === true || session.rebindable ? 'moves' : 'lost'
    if (this.#released) return 'none'
    const isBound = kind.asks !== undefined || traces?.binds(kind, checkout) === true
    const rebindable = session.rebindable && !isBound && traces?.keep(checkout) !== true
    if (rebindable && this.#isBetterElsewhere(checkout, access)) return 'moves'
    if (what === 'ping' || what === 'changeUser') return 'none'
    const used = usedFor(kind)
    if (checkout.countsAs(used)) return 'none'
    // The host works, and the traces that the lease may read there are worth more than the limit of the bulkhead.
    const force = !rebindable || traces?.counts(checkout) === true
    return this.#port.noteAccess(checkout, used, force) ? 'none' : 'moves'
  }

  /**
   * Whether another host is better for the operation: the lease's host does not serve this access any more, or is unresponsive,
   * and another one serves it.
   */
  #isBetterElsewhere({ connection }: SessionCheckout, wanted: Access): boolean {
    const { serves, unresponsive } = connection.hostPool.host
    return (
      (!canServe(serves, wanted) && this.#port.anyServes(wanted)) || (unresponsive && this.#port.anyAnswers(wanted))
    )
  }

  /** Whether a transaction is open in the session, or was lost with the session and the borrower has not heard of the loss. */
  #isTransactionOn(session: Session | undefined): boolean {
    return session?.inTransaction === true && (session.alive || this.#end?.transactionOver !== true)
  }

  /**
   * Ends an operation whose transaction or session state was lost with the connection. The borrower may not have heard of the
   * loss yet.
   */
  #refuse(operation: Operation): void {
    const session = this.session
    const { kind, managed } = operation
    const { host } = this.#last.connection.hostPool
    const inTransaction = session?.alive === false && this.#isTransactionOn(session)
    if (inTransaction && endsTransaction(kind)) {
      this.#ending.settled = !session.changed
      this.#ending.transactionOver = true
      this.#scope?.end(managed)
      this.#finishLater(operation, null, NOTHING_DONE)
      return
    }
    const cause = this.#end?.cause ?? new Error('the connection was lost while no statement was under way')
    if (inTransaction) this.#lose(cause)
    this.#traces?.tell(session?.alive === true ? this.#checkout : undefined)
    this.#finishLater(operation, unsentError(host.name, inTransaction, cause))
  }

  /** Sends an operation. Before an operation that reads traces, the session forgets the traces of other borrowers. */
  #sendWithoutTraces(operation: Operation, checkout: SessionCheckout): void {
    const { kind } = operation
    // The only operation of a lease has no later reader of its traces, and a function in it finds no earlier traces of this
    // lease.
    const mayMatter =
      kind.asks !== undefined ||
      (kind.mayAsk === true && (!this.#alone || kind.kind === 'read' || isInParts(kind))) ||
      (!this.#alone && kind.kind === 'write' && kind.mayTaint)
    const check = mayMatter ? (this.#traces ??= new Traces()).check(kind, checkout) : 'none'
    switch (check) {
      case 'none':
        this.#send(operation, checkout)
        break
      case 'forget id':
      case 'forget counts':
      case 'forget all':
        this.#forgetTraces(operation, checkout, check)
        break
      case 'ask key':
        this.#askKey(operation, checkout)
        break
      case 'elsewhere':
        this.#refuse(operation)
        break
      case 'mixed':
        this.#finishLater(operation, mixedTracesError())
        break
      default:
        check satisfies never
    }
  }

  #forgetTraces(operation: Operation, checkout: SessionCheckout, what: Forgetting): void {
    const done = this.#beforehand(operation, checkout, () => {
      this.#traces?.forgotten(what)
      this.#send(operation, checkout)
    })
    checkout.connection.resource.forgetTraces(what, done)
  }

  /**
   * Asks the session for its key, which may be this lease's or an earlier borrower's. Rows that were returned to the lease may
   * tell whose.
   */
  #askKey(operation: Operation, checkout: SessionCheckout): void {
    let answered = ''
    const done = this.#beforehand(operation, checkout, () => {
      const isOwn = this.#traces?.isOwnKey(answered, checkout)
      if (isOwn === true) this.#send(operation, checkout)
      else if (isOwn === false) this.#forgetTraces(operation, checkout, 'forget id')
      else this.#finish(operation, mixedTracesError())
    })
    checkout.connection.resource.askKey((error, key) => {
      answered = key
      done(error)
    })
  }

  /**
   * Prepares for a statement of the pool's own, sent right before an operation and for its sake.
   * @returns the callback for the end of that statement
   */
  #beforehand(operation: Operation, checkout: SessionCheckout, then: () => void): (error: Error | null) => void {
    const { resource } = checkout.connection
    const { inTransaction, transactionOpen } = resource
    const sessionClean = !resource.changed
    operation.attempts += 1
    resource.askedAt = this.#port.clock.now()
    return (error) => {
      resource.askedAt = Infinity
      if (error === null) then()
      else {
        this.#failed({ operation, checkout, error, inTransaction, transactionOpen, sessionClean, mayHaveRun: false })
      }
    }
  }

  #send(operation: Operation, checkout: SessionCheckout): void {
    if (operation.refusal !== undefined) {
      this.#finishLater(operation, operation.refusal)
      return
    }
    const { connection } = checkout
    const session = connection.resource
    const { kind } = operation
    const { inTransaction, transactionOpen } = session
    const sessionClean = !session.changed
    const { clock } = this.#port
    // The only operation of a lease is sent right after the checkout. A second look at the clock would cost more than the rest
    // of this function.
    const sentAt = this.#alone && operation.attempts === 0 ? checkout.since : clock.now()
    operation.attempts += 1
    operation.askedOn = checkout
    session.askedAt = sentAt
    if (inTransaction || operation.managed || kind.kind === 'begin') {
      ;(this.#scope ??= new TransactionScope()).noteSent(kind, inTransaction, operation.managed)
    }
    const answered: StatementDone = (error, result, fields) => {
      session.askedAt = Infinity
      const { cancellation } = operation
      if (cancellation !== undefined) {
        const next = (stop: Stop): void => afterStop(session, stop, error, () => answered(error, result, fields))
        if (cancellation.answered(next)) return
      }
      if (operation.askedOn !== checkout) {
        // Another host has been asked meanwhile, so the answer of this one does not count.
        this.#port.release(checkout)
        return
      }
      // With the answer there, no hedge may start any more.
      operation.askedOn = undefined
      const now = clock.now()
      const { host } = connection.hostPool
      if (error !== null) {
        if (isAnswer(error)) host.lastResponseAt = now
        this.#noteTraces(operation, checkout, isAnswer(error) ? 'by the server' : 'otherwise')
        const { mayHaveRun } = session.connection
        this.#failed({ operation, checkout, error, inTransaction, transactionOpen, sessionClean, mayHaveRun })
        return
      }
      host.noteResult(now, now - sentAt)
      this.#noteTraces(operation, checkout, 'no', result, fields)
      if (kind.kind === 'commit' || kind.kind === 'rollback') this.#transactionEnded(operation, session)
      else if (operation.managed && transactionOpen && !session.transactionOpen && isInParts(kind)) {
        // A handler in a procedure has swallowed a deadlock, for example. Later statements must not be committed by themselves.
        this.#lose(new Error('A procedure, or one of several statements, has ended the transaction'))
      }
      const early = operation.refusal !== undefined && kind.kind === 'read' ? operation.cancellation : undefined
      if (early === undefined) this.#finish(operation, null, result, fields, now)
      else this.#finish(operation, early.readAnyway(host.name))
    }
    this.#put(operation, session, answered)
  }

  #put(operation: Operation, session: Session, done: StatementDone): void {
    operation.span?.noteSent(this.#last.connection.hostPool.host.name, session.connection.serverVersion)
    // A change of context costs as much as the rest of this function.
    if (this.#inContext) putOperation(operation, session, done)
    else operation.context.runInAsyncScope(putOperation, undefined, operation, session, done)
  }

  #transactionEnded({ kind, managed }: Operation, session: Session): void {
    this.#scope?.end(managed)
    // COMMIT RELEASE and ROLLBACK RELEASE have the server close the connection.
    if (kind.release === true) {
      session.destroy()
      this.#ending.settled = !session.changed
    }
  }

  #noteTraces(
    { what, kind, statement }: Operation,
    checkout: SessionCheckout,
    failed: Answered['failed'],
    result?: unknown,
    fields?: readonly Field[],
  ): void {
    if (what === 'ping') return
    const session = checkout.connection.resource
    const { warningCount } = session.connection
    // Most answers carry no warning, and then there is little to note.
    if (failed === 'no' && warningCount === 0) {
      if (this.#alone && (kind.kind === 'read' || leavesNoKey(kind, result, fields))) {
        session.traces.noteCounts(kind.kind === 'write')
        return
      }
      if (kind.kind === 'read' && isOnlyRows(kind, fields)) {
        ;(this.#traces ??= new Traces()).noteRead(checkout)
        return
      }
      if (!this.#alone && leavesNoKey(kind, result, fields)) {
        ;(this.#traces ??= new Traces()).noteWithoutKey(kind, checkout)
        return
      }
    }
    const answered = { sql: statement.sql, result, fields, warningCount, failed }
    if (this.#alone) session.traces.note(leftBy(kind, answered))
    else (this.#traces ??= new Traces()).note(kind, checkout, answered)
  }

  #failed(failure: FailedStatement): void {
    const { operation, checkout, error, inTransaction, sessionClean } = failure
    if (!checkout.connection.resource.alive) this.#ending.cause = error
    const { kind, attempts } = operation
    const { hostPool, resource } = checkout.connection
    const { host } = hostPool
    const errorClass = errorClassIn(failure)
    if (errorClass === ErrorClass.notReady || errorClass === ErrorClass.unknown) {
      this.#port.refused(host, error, checkout.connection.begunAt)
    }
    const reaction = reactionTo(failure, errorClass, this.#port)
    switch (reaction) {
      case 'rethrow':
        this.#rethrow(failure)
        break
      case 'rethrowTransactionGone':
        this.#lose(error)
        this.#finish(operation, error)
        break
      case 'hostLost':
        if (inTransaction) this.#lose(error)
        // The session must never run later statements of the transaction: they would run outside any transaction.
        resource.destroy(error)
        this.#ending.cause = error
        this.#finish(operation, hostLostError(host.name, inTransaction, attempts, error))
        break
      case 'outcomeUnknown':
        if (inTransaction && kind.kind !== 'commit') this.#lose(error)
        this.#ending.transactionOver = true
        this.#ending.settled = sessionClean
        resource.destroy(error)
        this.#ending.cause = error
        this.#finish(operation, outcomeUnknownError(host.name, kind, error))
        break
      case 'rolledBack':
        this.#ending.transactionOver = true
        this.#ending.settled = sessionClean
        this.#finish(operation, null, NOTHING_DONE)
        break
      case 'retry':
        this.#retry(operation, error, errorClass)
        break
      case 'retryIfReadOnly':
        this.#ifReadOnly(checkout, error, (readOnly) => {
          if (readOnly) this.#retry(operation, error, errorClass)
          else this.#finish(operation, error)
        })
        break
      case 'rethrowIfReadOnly':
        this.#ifReadOnly(checkout, error, () => this.#rethrow(failure))
        break
      default:
        reaction satisfies never
    }
  }

  /**
   * Passes an error on. Only a few errors are known to leave a transaction as it was. After any other error the pool asks the
   * server for its status before the next statement.
   */
  #rethrow({ operation, checkout, error, inTransaction, transactionOpen }: FailedStatement): void {
    const { resource } = checkout.connection
    if (!resource.alive) {
      if (inTransaction) this.#lose(error)
      this.#finish(operation, error)
      return
    }
    const { mayTaint, commitsFirst } = operation.kind
    // A procedure, or one of several statements, may have ended or begun a transaction before the failure.
    const isOpaque = mayTaint && commitsFirst === true
    const known = !isOpaque && (!transactionOpen || keepsTransaction(error) || commitsFirst === true)
    if (known || !isAnswer(error)) {
      this.#finish(operation, error)
      return
    }
    resource.askStatus((failure) => {
      // Without an answer the state of the transaction is unknown, so the transaction must not go on.
      if (failure !== null) resource.destroy(failure)
      if (transactionOpen && (!resource.alive || !resource.transactionOpen)) this.#lose(error)
      this.#finish(operation, error)
    })
  }

  /** Finds out whether a write was refused because the server is read-only, and tells the pool so. */
  #ifReadOnly({ connection }: SessionCheckout, error: Error, done: (readOnly: boolean) => void): void {
    const { hostPool, resource } = connection
    if (!hostPool.host.condition.writable) {
      done(true)
      return
    }
    readOnlyNow(resource.connection, error, (readOnly) => {
      if (readOnly !== 'no') this.#port.readOnly(hostPool.host, error, readOnly === 'explained')
      done(readOnly !== 'no')
    })
  }

  #retry(operation: Operation, error: Error, errorClass: ErrorClass): void {
    if (this.#released || operation.refusal !== undefined) {
      this.#finish(operation, error)
      return
    }
    const cause = retryCause(errorClass)
    this.#port.noteRetry(cause)
    operation.span?.noteRetry(cause)
    this.#move(operation)
  }

  /** Gives the connection back, and sends the operation on another one. */
  #move(operation: Operation): void {
    const left = this.#checkout
    if (left !== undefined) {
      this.#detach(left)
      const { resource, hostPool } = left.connection
      if (resource.alive && hostPool.host.serves.read) this.#port.release(left)
      else this.#port.destroy(left)
    }
    const arrived: CheckoutDone<Session> = (error, checkout) => {
      if (checkout === undefined) this.#finishLater(operation, error ?? new Error('No connection and no error'))
      else if (this.#released) {
        this.#port.release(checkout)
        this.#finishLater(operation, releasedError())
      } else {
        this.#attach(checkout)
        this.#sendWithoutTraces(operation, checkout)
      }
    }
    const { access, statement, context } = operation
    this.#port.acquire({ access, signal: statement.signal }, arrived, context)
  }

  #afterLostTransaction(operation: Operation): void {
    const { kind, what } = operation
    const checkout = this.#checkout
    const session = this.session
    const alive = session?.alive === true
    if (what === 'ping' && alive && checkout !== undefined) {
      this.#send(operation, checkout)
      return
    }
    const scope = this.#scope
    if (scope !== undefined && !endsTransaction(kind)) {
      this.#finishLater(operation, scope.refusal(this.#last.connection.hostPool.host.name))
      return
    }
    if (session === undefined || !alive) {
      scope?.end(operation.managed)
      this.#ending.transactionOver = true
      this.#ending.settled = session?.changed !== true
      this.#finishLater(operation, null, NOTHING_DONE)
      return
    }
    this.#put(operation, session, (error, result, fields) => {
      if (error === null || session.alive) {
        if (error === null) this.#transactionEnded(operation, session)
        this.#finish(operation, error, result, fields)
        return
      }
      scope?.end(operation.managed)
      this.#ending.settled = !session.changed
      this.#ending.transactionOver = true
      this.#finish(operation, null, NOTHING_DONE)
    })
  }

  /**
   * The error that the borrower gets. Of several statements in one text, or in a procedure, some may be done when a later one
   * is undone.
   */
  #trueOf({ kind, attempts, cancellation, refusal }: Operation, error: Error): Error {
    const host = this.#last.connection.hostPool.host.name
    if (cancellation?.aborted === true && error !== refusal) {
      const told = cancellation.trueOf(error, host)
      if (told !== error) return told
    }
    if (isInParts(kind) && attempts > 0 && isAnswer(error) && isRetryable(error))
      return outcomeUnknownError(host, kind, error)
    return this.#scope?.trueOf(error, host) ?? error
  }

  #finishLater(operation: Operation, error: Error | null, result?: unknown): void {
    setImmediate(() => this.#finish(operation, error, result))
  }

  /** Ends an operation and starts the next one. Queued operations go before any that the borrower's callback adds. */
  #finish(
    operation: Operation,
    error: Error | null,
    result?: unknown,
    fields?: Parameters<Operation['done']>[2],
    now?: number,
  ): void {
    // One part of the text may have committed a transaction, and another part begun the one that is open now.
    if (isInParts(operation.kind) && this.session?.transactionOpen === true) {
      ;(this.#scope ??= new TransactionScope()).noteOpened()
    }
    operation.cancellation?.over()
    const next = this.#queue?.shift()
    this.#current = next
    const told = error === null ? null : this.#trueOf(operation, error)
    if (told !== null && isOutcomeUnknown(told)) this.#port.noteUnknownOutcome()
    if (this.#alone) this.release(now)
    operation.done(told, result, fields)
    if (next !== undefined) this.#begin(next)
    else if (this.#current === undefined) {
      const whenIdle = this.#whenIdle
      this.#whenIdle = undefined
      whenIdle?.()
    }
  }
}
