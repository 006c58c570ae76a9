/** A server's error, as mysql2 makes it. */
export function answeredError(errno: number, server: string): Error {
  const sqlMessage = `${server} answers error ${errno}`
  return Object.assign(new Error(sqlMessage), { code: `ER_SIMULATED_${errno}`, errno, sqlState: 'HY000', sqlMessage })
}

/** The error of a lost connection, as mysql2 makes it. */
export function lostError(message: string): Error {
  return Object.assign(new Error(message), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })
}

/** The error of a refused connect, as Node makes it. */
export function refusedError(server: string): Error {
  return Object.assign(new Error(`connect ECONNREFUSED ${server}`), { code: 'ECONNREFUSED', fatal: true })
}
