/** The error of a server that did not follow the protocol. Nothing that arrives on the connection afterwards can be believed. */
export function protocolViolation(what: string): Error {
  // The properties of mysql2's own errors that end a connection.
  return Object.assign(new Error(`The server broke the protocol: ${what}`), {
    code: 'PROTOCOL_VIOLATION',
    fatal: true,
  })
}
