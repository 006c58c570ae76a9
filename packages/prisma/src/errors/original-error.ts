import { type DriverAdapterError, isDriverAdapterError } from '@prisma/driver-adapter-utils'

/** The driver's error inside one of Prisma's errors, or the driver's error itself. */
export function driverErrorOf(error: unknown): DriverAdapterError | undefined {
  if (!(error instanceof Error)) return undefined
  const meta: unknown = 'meta' in error ? error.meta : undefined
  const known: unknown =
    typeof meta === 'object' && meta !== null && 'driverAdapterError' in meta ? meta.driverAdapterError : error
  return known instanceof Error && isDriverAdapterError(known) ? known : undefined
}

/**
 * The error of the server, of a socket or of the pool (see `isHostpoolError`) behind one of Prisma's errors, with its `host`
 * where known. `undefined` for errors that did not come from this adapter.
 *
 * One use is to tell apart the two meanings of P1017: `ERR_HOSTPOOL_HOST_LOST` (the transaction is certainly undone) and
 * `ERR_HOSTPOOL_OUTCOME_UNKNOWN` (a write or a COMMIT may or may not have happened).
 */
export function originalError(error: unknown): Error | undefined {
  const known = driverErrorOf(error)
  const original: unknown = known !== undefined && 'original' in known ? known.original : undefined
  return original instanceof Error ? original : undefined
}
