import type { TransactionOptions } from './lease.js'

/** The statements that open a transaction. */
export function startTransaction({ isolationLevel, readOnly }: TransactionOptions): readonly string[] {
  const start = readOnly === true ? 'START TRANSACTION READ ONLY' : 'START TRANSACTION'
  return isolationLevel === undefined ? [start] : [`SET TRANSACTION ISOLATION LEVEL ${isolationLevel}`, start]
}
