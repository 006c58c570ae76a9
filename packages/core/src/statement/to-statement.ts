import { HostpoolError } from '../errors/hostpool-error.js'
import type { StatementOptions, StatementValues } from './statement.js'

/**
 * The two ways to give a statement, as one.
 * @throws ERR_HOSTPOOL_UNSUPPORTED for what is none
 */
export function toStatement(sql: string | StatementOptions, values: StatementValues | undefined): StatementOptions {
  if (typeof sql === 'string') return { sql, values }
  if (typeof sql === 'object' && sql !== null && typeof sql.sql === 'string') {
    const { access } = sql
    if (access !== undefined && access !== 'read' && access !== 'write') throw unknownAccess(access)
    return values === undefined ? sql : { ...sql, values }
  }
  throw new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    `A statement is a string or an object with a string 'sql', not ${sql === null ? 'null' : typeof sql}`,
  )
}

function unknownAccess(access: unknown): HostpoolError {
  const shown = typeof access === 'string' ? JSON.stringify(access) : typeof access
  return new HostpoolError('ERR_HOSTPOOL_UNSUPPORTED', `A statement's access: got ${shown}; expected 'read' or 'write'`)
}
