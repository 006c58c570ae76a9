import { optionsFromUrl, type PoolOptions } from '@mysql-hostpool/core'

import type { Terminal } from './terminal.js'

/** The environment variable for a URL that is not to stand in the list of processes. */
export const URL_VARIABLE = 'HOSTPOOL_URL'

/** The command line is wrong; the message says what is right, and holds no secret. */
class UsageError extends Error {}

/**
 * The pool that a command line means: its URL, or that of the environment, with an authority from a file. A URL that is wrong in
 * itself is handed on as it is: whatever takes it says so.
 * @throws UsageError
 */
export function poolOptions(
  url: string | undefined,
  ca: string | undefined,
  { environment, readFile }: Pick<Terminal, 'environment' | 'readFile'>,
): PoolOptions | string {
  const given = url ?? environment[URL_VARIABLE]
  if (given === undefined || given === '') {
    throw new UsageError(`No URL is given: mysql://user:password@db1,db2,db3/database, or the same in ${URL_VARIABLE}`)
  }
  if (ca === undefined) return given
  let options: PoolOptions
  try {
    options = optionsFromUrl(given)
  } catch {
    return given
  }
  return { ...options, ssl: { ...(typeof options.ssl === 'object' ? options.ssl : {}), ca: pemOf(ca, readFile) } }
}

function pemOf(path: string, readFile: Terminal['readFile']): string {
  try {
    return readFile(path)
  } catch (error) {
    throw new UsageError(`--ca: ${error instanceof Error ? error.message : String(error)}`)
  }
}
