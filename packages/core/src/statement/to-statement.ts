import { HostpoolError } from '../errors/hostpool-error.js'
import type { StatementOptions, StatementValues } from './statement.js'

/**
 * The two ways to give a statement, as one.
 * @throws ERR_HOSTPOOL_UNSUPPORTED for what is none
 */
export function toStatement(sql: string | StatementOptions, values: StatementValues | undefined): StatementOptions {
  if (typeof sql === 'string') return { sql, values }
  if (typeof sql === 'object' && sql !== null && typeof sql.sql === 'string') {
    const { access, decoding } = sql
    if (access !== undefined && access !== 'read' && access !== 'write')
      throw unsuitable('access', access, "'read' or 'write'")
    if (decoding === null || (decoding !== undefined && typeof decoding !== 'object')) {
      throw unsuitable('decoding', decoding, 'an object')
    }
    return values === undefined ? sql : { ...sql, values }
  }
  throw new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    `A statement is a string or an object with a string 'sql', not ${sql === null ? 'null' : typeof sql}`,
  )
}

function unsuitable(option: string, value: unknown, allowed: string): HostpoolError {
  const shown = typeof value === 'string' || value === null ? JSON.stringify(value) : `a ${typeof value}`
  return new HostpoolError('ERR_HOSTPOOL_UNSUPPORTED', `The statement's ${option}: got ${shown}; expected ${allowed}`)
}
