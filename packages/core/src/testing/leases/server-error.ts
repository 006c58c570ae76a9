/** An error that a server answers, as mysql2 makes it. */
export function answeredError(errno: number, server: string): Error {
  const sqlMessage = `${server} answers error ${errno}`
  return Object.assign(new Error(sqlMessage), { code: `ER_SIMULATED_${errno}`, errno, sqlState: 'HY000', sqlMessage })
}

/** A connection that is gone. */
export function lostError(message: string): Error {
  return Object.assign(new Error(message), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })
}

/** A connect that nothing listens to. */
export function refusedError(server: string): Error {
  return Object.assign(new Error(`connect ECONNREFUSED ${server}`), { code: 'ECONNREFUSED', fatal: true })
}
