import type { SessionCheckout } from './lease-port.js'

/** How the connection of a lease has ended. A lease whose connection works has no such record. */
export class ConnectionEnd {
  /** The error that ended the connection. */
  cause: Error | undefined
  /** Nothing that was open on the connection is left to report: the next statement takes another connection. */
  settled = false
  /** The borrower knows the end of the transaction: an error has reported the loss, or the borrower itself asked for ROLLBACK. */
  transactionOver = false
  /** The checkout that the borrower destroyed while its server was running a statement. */
  abandoned: SessionCheckout | undefined
}
