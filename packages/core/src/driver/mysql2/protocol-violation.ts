/** What a server did that the protocol does not allow. Nothing that comes after it on the connection can be believed. */
export function protocolViolation(what: string): Error {
  // What mysql2 gives its own errors that end a connection.
  return Object.assign(new Error(`The server broke the protocol: ${what}`), {
    code: 'PROTOCOL_VIOLATION',
    fatal: true,
  })
}
