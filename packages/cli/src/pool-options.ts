import { optionsFromUrl, type PoolOptions } from '@mysql-hostpool/core'

import type { Terminal } from './terminal.js'

/** The environment variable for the URL: a URL among the arguments is seen in the list of processes. */
export const URL_VARIABLE = 'HOSTPOOL_URL'

/** A command line that is wrong. The message says how to write it, and holds no secret. */
class UsageError extends Error {}

/**
 * The configuration of the pool that a command line names: its URL, or that of the environment, with the authority from a file. A
 * wrong URL is returned as it is, since `createPool` names all of its problems.
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
