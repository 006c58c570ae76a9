import type { StatementDone } from '../driver/port.js'
import { classify, ErrorClass } from '../errors/classify.js'
import { type Access, canServe } from '../statement/access.js'
import { afterFailure } from './after-failure.js'
import type { Decoding } from '../statement/decoding.js'
import type { LeaseOptions } from './lease.js'
import { hostLostError, outcomeUnknownError, releasedError, transactionLostError } from './lease-errors.js'
import type { Lender, SessionCheckout } from './lender.js'
import { isAnswer, NOTHING_DONE, type Sending } from './sending.js'
import type { StatementOptions } from '../statement/statement.js'
import { readOnlyNow } from './read-only-now.js'
import type { Borrower } from './session.js'
import type { StatementKind } from '../statement/statement-kind.js'

/** Sends the statements of one borrower: on the connection it was lent, and on another one when its host fails. */
export class Sender implements Borrower {
  readonly #lender: Lender
  readonly #decoding: Decoding
  readonly #access: Access | undefined
  #checkout: SessionCheckout
  #released = false
  /** Why the transaction is gone, from then until ROLLBACK. */
  #transactionLost: Error | undefined
  /** The connection is dead and whatever was open on it is settled: the next statement takes another one. */
  #unbound = false
  /** The statement that was sent last, until it is answered. */
  #asking: Sending | undefined
  /** Another connection has been asked for, because this one's host is silent. */
  #hedging = false
  /** Those who wait while the lease moves to another connection. */
  #moving: ((error: Error | null) => void)[] | undefined

  constructor(lender: Lender, checkout: SessionCheckout, options: LeaseOptions) {
    this.#lender = lender
    this.#checkout = this.#held(checkout)
    this.#decoding = lender.decodingFor(options.decoding)
    this.#access = options.access
  }

  get connection(): SessionCheckout['connection'] {
    return this.#checkout.connection
  }

  get inTransaction(): boolean {
    return this.#transactionLost !== undefined || this.connection.resource.inTransaction
  }

  get released(): boolean {
    return this.#released
  }

  /** Why nothing can be sent now, except ROLLBACK. */
  get refusal(): Error | undefined {
    return this.#released ? releasedError() : this.#lostError()
  }

  /**
   * `done` is called exactly once, never synchronously.
   * @throws where the statement's own decoding has faults; nothing is sent then
   */
  run(
    prepared: boolean,
    statement: StatementOptions,
    done: StatementDone,
    kind: StatementKind = this.#lender.kinds.of(statement.sql),
  ): void {
    const decoding = this.decodingOf(statement)
    this.#start({ prepared, statement, kind, decoding, done, attempts: 0, askedOn: undefined })
  }

  decodingOf({ decoding }: StatementOptions): Decoding {
    return decoding === undefined ? this.#decoding : this.#lender.decodingFor(decoding)
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    // While it moves it holds nothing; what it moves to is given back on arrival.
    if (this.#moving === undefined) this.#lender.release(this.#left(this.#checkout))
  }

  destroy(): void {
    if (this.#released) return
    this.#released = true
    if (this.#moving === undefined) this.#lender.discard(this.#left(this.#checkout))
  }

  /** A read that waits there for its answer is asked of another host as well, and who is asked last answers. */
  hostSilent(): void {
    const sending = this.#asking
    if (sending === undefined || this.#hedging || !this.#mayHedge(sending)) return
    this.#hedging = true
    this.#lender.checkout({ access: this.#accessFor(sending.kind) }, (_, checkout) => {
      this.#hedging = false
      if (checkout === undefined) return
      // It may have been answered meanwhile after all; and where nothing else was free, this may be the same host's.
      if (this.#asking === sending && this.#mayHedge(sending) && !checkout.connection.home.host.silent) {
        this.#left(this.#checkout)
        this.#checkout = this.#held(checkout)
        this.#lender.noteHedge()
        this.#send(sending)
      } else this.#lender.release(checkout)
    })
  }

  /** Whether nothing but its time is lost when the statement is asked twice. */
  #mayHedge({ kind, attempts }: Sending): boolean {
    const { resource } = this.connection
    if (kind.kind !== 'read' || attempts > 1 || !this.#lender.mayHedge() || this.#moving !== undefined) {
      return false
    }
    const alone = resource.alive && resource.connection.pending === 1
    return alone && !resource.inTransaction && !resource.changed && this.#lender.anyAnswers(this.#accessFor(kind))
  }

  #held(checkout: SessionCheckout): SessionCheckout {
    checkout.connection.resource.borrower = this
    return checkout
  }

  #left(checkout: SessionCheckout): SessionCheckout {
    checkout.connection.resource.borrower = undefined
    return checkout
  }

  #start(sending: Sending): void {
    const { kind, done } = sending
    if (this.#released) {
      setImmediate(done, releasedError())
    } else if (this.#moving !== undefined) {
      this.#moving.push((error) => (error === null ? this.#start(sending) : done(error)))
    } else if (this.#transactionLost !== undefined) {
      this.#afterLostTransaction(sending)
    } else if (this.#mustMove(kind)) {
      this.#move(this.#accessFor(kind), (error) => (error === null ? this.#send(sending) : done(error)))
    } else {
      this.#send(sending)
    }
  }

  /** Whether another connection has to be found before the statement can be sent, and may be. */
  #mustMove(kind: StatementKind): boolean {
    const session = this.connection.resource
    // Nothing was open on a dead connection that still counts as movable: the statement has not been sent, so nothing is lost.
    if (!session.alive) return this.#unbound || session.movable
    // A host that has gone out of use since the connection was lent, or answers nobody, is left as soon as there is another.
    const { serves, silent } = this.connection.home.host
    const wanted = this.#accessFor(kind)
    const better =
      (!canServe(serves, wanted) && this.#lender.anyServes(wanted)) || (silent && this.#lender.anyAnswers(wanted))
    if (better && session.movable) return true
    const access = kind.kind === 'read' ? 'read' : 'write'
    return !this.#lender.use(this.#checkout, access, !session.movable)
  }

  #accessFor(kind: StatementKind): Access {
    return this.#access ?? (kind.kind === 'read' ? 'read' : 'write')
  }

  #send(sending: Sending): void {
    if (this.#released) {
      setImmediate(sending.done, releasedError())
      return
    }
    const checkout = this.#checkout
    const { connection } = checkout
    const session = connection.resource
    const { prepared, statement, kind, decoding, done } = sending
    const { inTransaction } = session
    const sessionClean = !session.changed
    const { clock } = this.#lender
    const sentAt = clock.now()
    sending.attempts += 1
    sending.askedOn = checkout
    this.#asking = sending
    session.askedAt = sentAt
    session.run(prepared, statement, decoding, kind, (error, result, fields) => {
      if (session.connection.pending === 0) session.askedAt = Infinity
      if (sending.askedOn !== checkout) {
        // Another host has been asked meanwhile: what this one says is of no interest.
        this.#lender.release(checkout)
        return
      }
      const now = clock.now()
      if (this.#asking === sending) this.#asking = undefined
      if (error !== null) {
        if (isAnswer(error)) connection.home.host.heardAt = now
        this.#failed(sending, checkout, error, inTransaction, sessionClean)
        return
      }
      connection.home.host.noteResult(now, now - sentAt)
      done(null, result, fields)
    })
  }

  #failed(
    sending: Sending,
    checkout: SessionCheckout,
    error: Error,
    inTransaction: boolean,
    sessionClean: boolean,
  ): void {
    const { kind, done, attempts } = sending
    const { connection } = checkout
    const { host } = connection.home
    const errorClass = classify(error)
    if (errorClass === ErrorClass.notReady) this.#lender.refused(host, error)
    const { retryReads, hostCount: hosts } = this.#lender
    switch (afterFailure({ errorClass, statement: kind, inTransaction, sessionClean, attempts, hosts, retryReads })) {
      case 'rethrow':
        done(error)
        break
      case 'rethrowTransactionGone':
        this.#transactionLost = error
        done(error)
        break
      case 'hostLost':
        if (inTransaction) this.#transactionLost = error
        // What the server still holds of it must never meet later statements: it would run them outside any transaction.
        connection.resource.destroy(error)
        done(hostLostError(host.name, inTransaction, attempts, error))
        break
      case 'outcomeUnknown':
        this.#unbound = true
        done(outcomeUnknownError(host.name, kind, error))
        break
      case 'rolledBack':
        this.#unbound = true
        done(null, NOTHING_DONE)
        break
      case 'retry':
        this.#lender.noteRetry()
        this.#retry(sending, checkout)
        break
      case 'retryIfReadOnly':
        this.#ifReadOnly(checkout, error, (readOnly) => {
          if (readOnly) this.#retry(sending, checkout)
          else done(error)
        })
        break
      case 'rethrowIfReadOnly':
        this.#ifReadOnly(checkout, error, () => done(error))
        break
    }
  }

  /** Finds out whether a write was refused because the server is read-only, and lets that be known. */
  #ifReadOnly(
    { connection: { home, resource } }: SessionCheckout,
    error: Error,
    done: (readOnly: boolean) => void,
  ): void {
    if (!home.host.condition.writable) {
      done(true)
      return
    }
    readOnlyNow(resource.connection, (readOnly) => {
      if (readOnly) this.#lender.readOnly(home.host, error)
      done(readOnly)
    })
  }

  /** Parallel statements of one lease may fail together: the first moves it, the others follow. */
  #retry(sending: Sending, failedOn: SessionCheckout): void {
    if (this.#released) sending.done(releasedError())
    else if (this.#moving !== undefined || this.#checkout !== failedOn) this.#start(sending)
    else {
      this.#move(this.#accessFor(sending.kind), (error) => (error === null ? this.#send(sending) : sending.done(error)))
    }
  }

  #move(access: Access | undefined, done: (error: Error | null) => void): void {
    const waiting: ((error: Error | null) => void)[] = [done]
    this.#moving = waiting
    const left = this.#left(this.#checkout)
    const { resource, home } = left.connection
    if (resource.alive && home.host.serves.read) this.#lender.release(left)
    else this.#lender.discard(left)
    this.#lender.checkout({ access }, (error, checkout) => {
      this.#moving = undefined
      if (checkout !== undefined) {
        this.#checkout = this.#held(checkout)
        this.#unbound = false
        if (this.#released) this.#lender.release(this.#left(checkout))
      }
      for (const call of waiting) call(error)
    })
  }

  #lostError(): Error | undefined {
    const cause = this.#transactionLost
    return cause === undefined ? undefined : transactionLostError(this.connection.home.host.name, cause)
  }

  #afterLostTransaction({ prepared, statement, kind, done }: Sending): void {
    if (kind.kind !== 'rollback') {
      setImmediate(done, this.#lostError() ?? null)
      return
    }
    this.#transactionLost = undefined
    const session = this.connection.resource
    if (session.alive) session.run(prepared, statement, this.#decoding, kind, done)
    else {
      this.#unbound = true
      setImmediate(done, null, NOTHING_DONE)
    }
  }
}
