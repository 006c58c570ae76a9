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
  /** Whether each call takes down where it came from. */
  readonly trace: boolean
  readonly retryReads: boolean
  readonly hostCount: number
  /** Tells servers to stop what was aborted. */
  readonly killer: StatementKiller
  /** Milliseconds that a server gets to stop a statement that it was told to stop. */
  readonly stopTimeout: number
  /** The pool's own decoding. */
  readonly decoding: Decoding
  /** A borrower's decoding, completed with the pool's own. */
  decodingFor(given: Decoding | undefined): Decoding
  /** @param context - of the caller, for what is told of its acquire; default: the present one */
  acquire(request: CheckoutRequest, done: CheckoutDone<Session>, context?: CallContext): void
  /** Notes what a connection is used for; false when the lease should ask anew, for that kind of work has its share. */
  noteAccess(checkout: SessionCheckout, access: Access, force: boolean): boolean
  /** @param now - what the clock shows, where it has just been read */
  release(checkout: SessionCheckout, now?: number): void
  destroy(checkout: SessionCheckout): void
  /** Whether any host can be used so now. */
  anyServes(access: Access): boolean
  /** Whether a host that answers can be used so now. */
  anyAnswers(access: Access): boolean
  /** Whether one more read may be asked twice. */
  mayHedge(): boolean
  /** One was. */
  noteHedge(): void
  /** A statement was refused because its server is not ready. @param openedAt - when the connect of its connection began */
  refused(host: Host, error: Error, openedAt: number): void
  /** A server refused a write for being read-only. @param explained - whether one of its settings says so */
  readOnly(host: Host, error: Error, explained: boolean): void
  /** A statement is sent again. */
  noteRetry(cause: RetryCause): void
  /** A statement was told that its outcome is not known. */
  noteUnknownOutcome(): void
}
