import { nearestName } from './known-names.js'
import type { Checked, Problem } from './problem.js'
import { shownText } from './redact.js'

/** The capabilities that a client can announce in its handshake, by their names in the protocol. */
const capabilities: readonly string[] = [
  'LONG_PASSWORD',
  'FOUND_ROWS',
  'LONG_FLAG',
  'CONNECT_WITH_DB',
  'NO_SCHEMA',
  'COMPRESS',
  'ODBC',
  'LOCAL_FILES',
  'IGNORE_SPACE',
  'PROTOCOL_41',
  'INTERACTIVE',
  'SSL',
  'IGNORE_SIGPIPE',
  'TRANSACTIONS',
  'RESERVED',
  'SECURE_CONNECTION',
  'MULTI_STATEMENTS',
  'MULTI_RESULTS',
  'PS_MULTI_RESULTS',
  'PLUGIN_AUTH',
  'CONNECT_ATTRS',
  'PLUGIN_AUTH_LENENC_CLIENT_DATA',
  'CAN_HANDLE_EXPIRED_PASSWORDS',
  'SESSION_TRACK',
  'CLIENT_QUERY_ATTRIBUTES',
  'SSL_VERIFY_SERVER_CERT',
  'REMEMBER_OPTIONS',
  'MULTI_FACTOR_AUTHENTICATION',
]

/**
 * Capabilities that have an option of their own. They are refused as flags, so that flag and option cannot contradict each other.
 */
const withOptions: ReadonlyMap<string, string> = new Map([
  ['MULTI_STATEMENTS', 'multipleStatements'],
  ['COMPRESS', 'compress'],
  ['SSL', 'ssl'],
])

/** Reads `flags` into names in capital letters, with their leading `-`. Reports unknown names, which mysql2 would ignore. */
export function readFlags(given: string | readonly string[] | undefined): Checked<readonly string[]> {
  if (given === undefined) return { value: [], problems: [] }
  const written = typeof given === 'string' ? given.split(',') : given
  const names = written.map((flag) => flag.trim().toUpperCase())
  // Some configurations write an empty string for "no flags".
  if (typeof given === 'string' && given.trim() === '') return { value: [], problems: [] }
  const problems = names.flatMap((name, index) => problemOf(name, typeof given === 'string' ? [] : [index]))
  return { value: names, problems }
}

function problemOf(flag: string, position: readonly number[]): Problem[] {
  const path = ['flags', ...position]
  const name = flag.replace(/^-/, '')
  const option = withOptions.get(name)
  if (option !== undefined) return [{ path, message: `${name} follows from the option ${option}; use that` }]
  if (capabilities.includes(name)) return []
  const nearest = nearestName(name, capabilities)
  const hint =
    nearest === undefined ? 'expected names of client capabilities, such as FOUND_ROWS' : `did you mean ${nearest}?`
  return [{ path, message: `got ${shownText(flag)}, which is no client capability; ${hint}` }]
}
