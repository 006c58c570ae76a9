/** What an error is counted as: its code, else its number, else its name. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner = behindPrisma(error)
  if (inner !== undefined) return errorCode(inner)
  if ('code' in error && typeof error.code === 'string') return error.code
  if ('errno' in error && typeof error.errno === 'number') return String(error.errno)
  return error.name
}

/** Prisma's own codes are coarser than the error of the pool, or of the server, that the adapter keeps beside them. */
function behindPrisma(error: Error): unknown {
  const { meta } = error as { readonly meta?: { readonly driverAdapterError?: { readonly original?: unknown } } }
  return meta?.driverAdapterError?.original
}
