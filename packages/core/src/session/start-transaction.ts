import { HostpoolError } from '../errors/hostpool-error.js'
import type { IsolationLevel, TransactionOptions } from './lease.js'

const LEVELS: ReadonlySet<string> = new Set<IsolationLevel>([
  'READ UNCOMMITTED',
  'READ COMMITTED',
  'REPEATABLE READ',
  'SERIALIZABLE',
])

/**
 * The statements that open a transaction.
 * @throws ERR_HOSTPOOL_UNSUPPORTED for an isolation level that there is not.
 */
export function startTransaction({ isolationLevel, readOnly }: TransactionOptions): readonly string[] {
  if (isolationLevel !== undefined && !LEVELS.has(isolationLevel)) {
    throw new HostpoolError(
      'ERR_HOSTPOOL_UNSUPPORTED',
      `There is no isolation level '${isolationLevel}'; allowed are ${[...LEVELS].join(', ')}`,
    )
  }
  const start = readOnly === true ? 'START TRANSACTION READ ONLY' : 'START TRANSACTION'
  return isolationLevel === undefined ? [start] : [`SET TRANSACTION ISOLATION LEVEL ${isolationLevel}`, start]
}
