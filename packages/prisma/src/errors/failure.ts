/** The parts of an error that the mapping reads: a server's, a socket's or the pool's own error. */
export interface Failure {
  readonly message: string
  readonly code: string | undefined
  readonly errno: number | undefined
  readonly sqlMessage: string | undefined
  readonly sqlState: string | undefined
  /** The statement, without its values. */
  readonly sql: string | undefined
  readonly fatal: boolean
  /** `name:port` of the error's host, where known. */
  readonly host: string | undefined
  readonly cause: unknown
}

export function describeFailure(error: Error): Failure {
  const known: Error & { [key in keyof Failure]?: unknown } = error
  return {
    message: error.message,
    code: typeof known.code === 'string' ? known.code : undefined,
    errno: typeof known.errno === 'number' ? known.errno : undefined,
    sqlMessage: typeof known.sqlMessage === 'string' ? known.sqlMessage : undefined,
    sqlState: typeof known.sqlState === 'string' ? known.sqlState : undefined,
    sql: typeof known.sql === 'string' ? known.sql : undefined,
    fatal: known.fatal === true,
    host: typeof known.host === 'string' ? known.host : undefined,
    cause: error.cause,
  }
}

/** The host and the message of an error, for the one text that Prisma shows for an unreachable database. */
export function place(failure: Failure): string {
  return failure.host === undefined ? text(failure) : `${failure.host} (${text(failure)})`
}

/** The message of an error. */
export function text(failure: Failure): string {
  return failure.sqlMessage ?? failure.message
}
