/** The pool's or the server's own error: TypeORM wraps the error of a query in one of its own. */
export function driverErrorOf(error: unknown): unknown {
  return error instanceof Error && 'driverError' in error ? error.driverError : error
}
