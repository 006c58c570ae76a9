/**
 * A password, or a function that the pool calls for new connections (a token that expires, a rotated secret). Connects that begin
 * while the function runs share its result. The time of the function counts against `connectTimeout`, and never against a host.
 * A function that throws, returns no string, or takes longer, gives ERR_HOSTPOOL_CONFIG, which names the function.
 */
export type PasswordOption = string | (() => string | Promise<string>)

/** The client's side of an authentication plugin. mysql2 exports factories of such functions as `authPlugins`. */
export type AuthPlugin = (
  context: never,
) => (data: Buffer) => string | Buffer | null | Promise<string> | Promise<Buffer> | Promise<null>
