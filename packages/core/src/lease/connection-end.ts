import type { SessionCheckout } from './lease-port.js'

/** What is known of the end of a lease's connection. A lease whose connection is well has none. */
export class ConnectionEnd {
  /** The error of the statement that has taken the connection with it. */
  cause: Error | undefined
  /** Whatever was open on the connection is settled: the next statement takes another one. */
  settled = false
  /** What became of the transaction on it has been told, or was what the borrower wanted. */
  transactionOver = false
  /** The borrower destroyed it while its server was at work on a statement. */
  abandoned: SessionCheckout | undefined
}
