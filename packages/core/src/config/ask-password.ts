import { HostpoolError } from '../errors/hostpool-error.js'
import { wordsOf } from '../user-fault.js'
import type { PasswordOption } from './options.js'
import { kindOf } from './shown-value.js'

/**
 * The password to use now: a function is asked each time, for its answer may be a token that has changed.
 * @throws ERR_HOSTPOOL_CONFIG that names the function when it fails, or answers what is no password
 */
export async function askPassword(password: PasswordOption | undefined): Promise<string | undefined> {
  if (typeof password !== 'function') return password
  // What the types forbid can happen all the same: a secret that is not there is undefined.
  const answer: unknown = await asked(password)
  if (typeof answer === 'string') return answer
  throw new HostpoolError(
    'ERR_HOSTPOOL_CONFIG',
    `The password function answered ${kindOf(answer)}; it has to answer a string, or a promise of one`,
  )
}

async function asked(password: () => unknown): Promise<unknown> {
  try {
    return await password()
  } catch (reason) {
    throw new HostpoolError('ERR_HOSTPOOL_CONFIG', `The password function failed: ${wordsOf(reason)}`, {
      cause: reason,
    })
  }
}
