/** The pool's or the server's own error: TypeORM wraps what a query failed with in an error of its own. */
export function driverErrorOf(error: unknown): unknown {
  return error instanceof Error && 'driverError' in error ? error.driverError : error
}
