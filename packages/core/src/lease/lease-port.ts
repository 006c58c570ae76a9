import type { CallContext } from '../call-context.js'
import type { RetryCause } from '../channels/retry-cause.js'
import type { Tracer } from '../channels/tracer.js'
import type { Clock } from '../clock.js'
import type { Access } from '../sql/access.js'
import type { Random } from '../selectors/selector.js'
import type { Host } from '../hosts/host.js'
import type { Checkout } from '../pool/checkout.js'
import type { CheckoutDone } from '../pool/waiter.js'
import type { CheckoutRequest } from '../pool/wait-queue.js'
import type { Decoding } from '../sql/decoding.js'
import type { Session } from '../session/session.js'
import type { StatementKiller } from './statement-killer.js'
import type { StatementKinds } from '../sql/statement-kind.js'

/** A session that is checked out. */
export type SessionCheckout = Checkout<Session>

/** What leases need of the pool that serves them. */
export interface LeasePort {
  readonly clock: Clock
  readonly random: Random
  readonly kinds: StatementKinds
  readonly tracer: Tracer
  /** Whether each call captures its call site. */
  readonly trace: boolean
  readonly retryReads: boolean
  readonly hostCount: number
  /** Tells servers to stop aborted statements. */
  readonly killer: StatementKiller
  /** Milliseconds that a server has to stop a statement after it was told to. */
  readonly stopTimeout: number
  /** The pool's own decoding. */
  readonly decoding: Decoding
  /** A borrower's decoding, completed with the pool's own. */
  decodingFor(given: Decoding | undefined): Decoding
  /** @param context - the caller's asynchronous context, for the channels of the acquire; default: the current one */
  acquire(request: CheckoutRequest, done: CheckoutDone<Session>, context?: CallContext): void
  /**
   * Notes whether a connection is used to read or to write.
   * @param force - grant the use although the bulkhead of this access is full
   * @returns false where that bulkhead is full, and the lease should acquire another connection
   */
  noteAccess(checkout: SessionCheckout, access: Access, force: boolean): boolean
  /** @param now - the time, where the caller has just read the clock */
  release(checkout: SessionCheckout, now?: number): void
  destroy(checkout: SessionCheckout): void
  /** Whether any host serves this access now. */
  anyServes(access: Access): boolean
  /** Whether any responsive host serves this access now. */
  anyAnswers(access: Access): boolean
  /** Whether the hedge budget allows one more hedge. */
  mayHedge(): boolean
  /** Takes one hedge from the budget. */
  noteHedge(): void
  /**
   * Notes that a server refused a statement because the server is not ready.
   * @param openedAt - when the connect of the statement's connection began
   */
  refused(host: Host, error: Error, openedAt: number): void
  /**
   * Notes that a server refused a write because the server is read-only.
   * @param explained - whether a setting of the server says so
   */
  readOnly(host: Host, error: Error, explained: boolean): void
  /** Notes that a statement is sent again. */
  noteRetry(cause: RetryCause): void
  /** Notes a statement that was answered with an unknown outcome. */
  noteUnknownOutcome(): void
}
