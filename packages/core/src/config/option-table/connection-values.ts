/**
 * A password, or a function that is asked for new connections (a token that expires, a rotated secret); connects that begin
 * while it is at work share its answer. Its time counts against `connectTimeout`, and never against a host. One that throws,
 * answers no string, or takes longer gives ERR_HOSTPOOL_CONFIG, which names it.
 */
export type PasswordOption = string | (() => string | Promise<string>)

/** Answers a server that asks for an authentication plugin; mysql2 exports makers of such functions as `authPlugins`. */
export type AuthPlugin = (
  context: never,
) => (data: Buffer) => string | Buffer | null | Promise<string> | Promise<Buffer> | Promise<null>
