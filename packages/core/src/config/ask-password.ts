import type { PasswordOption } from './options.js'

/** The password to use now: a function is asked each time, for its answer may be a token that has changed. */
export async function askPassword(password: PasswordOption | undefined): Promise<string | undefined> {
  return typeof password === 'function' ? password() : password
}
