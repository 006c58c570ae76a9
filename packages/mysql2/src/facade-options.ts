import { checkDecoding, decodingNames, HostpoolError, maskCredentials, unknownName } from '@mysql-hostpool/core'
import type { Access, Decoding, Lease } from '@mysql-hostpool/core'

import type { ResultObserver } from './borrowed-lease.js'

/** How a {@link mysql2Pool} borrows from the pool that it was given. */
export interface Mysql2PoolOptions {
  /** How values are decoded for this facade's users, in place of the pool's options of the same names. */
  readonly decoding?: Decoding | undefined
  /** The access of this facade's users: any usable host serves `read`. Default: each borrower's first statement decides. */
  readonly access?: Access | undefined
  /** The longest wait for a connection, in milliseconds, in place of the pool's `acquireTimeout`. */
  readonly acquireTimeout?: number | undefined
  /**
   * After the first successful checkout, `getConnection` never fails. Instead, the first statement on the connection rejects
   * with the failure of the checkout, and the next statement asks the pool again. For libraries that remember a failed
   * `getConnection` for ever. Default false.
   */
  readonly deferErrors?: boolean | undefined
  /**
   * Called with the answer to each statement on a checked out connection, streams excepted: the text, and the rows or the
   * header.
   */
  readonly onResult?: ResultObserver | undefined
  /**
   * Called with each text on a checked out connection before its send, streams excepted. For libraries that begin and end their
   * transactions by texts: the observer can tell the lease which statements are in one (`lease.manage`).
   */
  readonly onStatement?: StatementObserver | undefined
}

/**
 * Called before a statement is sent, with its lease and its text. The statement fails with any error that the observer throws.
 */
export type StatementObserver = (lease: Lease, sql: string) => void

const NAMES = [
  'decoding',
  'access',
  'acquireTimeout',
  'deferErrors',
  'onResult',
  'onStatement',
] as const satisfies readonly (keyof Mysql2PoolOptions)[]

/** The longest time of a timer, in milliseconds. */
const LONGEST = 2_147_483_647

/**
 * Checks the options of a facade.
 * @throws ERR_HOSTPOOL_CONFIG naming every fault
 */
export function checkFacadeOptions(given: unknown): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw optionsError([`expected an object { ${NAMES.join(', ')} }, got ${given === null ? 'null' : typeof given}`])
  }
  const problems = Object.entries(given).flatMap(([name, value]) => {
    const problem = value === undefined ? undefined : problemOf(name, value)
    return problem === undefined ? [] : [`${name}: ${problem}`]
  })
  if (problems.length > 0) throw optionsError(problems)
}

function problemOf(name: string, value: unknown): string | undefined {
  switch (name) {
    case 'access':
      return value === 'read' || value === 'write' ? undefined : `expected 'read' or 'write', got ${shown(value)}`
    case 'acquireTimeout': {
      const isTime = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LONGEST
      return isTime ? undefined : `expected whole milliseconds from 0 to ${LONGEST}, got ${shown(value)}`
    }
    case 'deferErrors':
      return typeof value === 'boolean' ? undefined : `expected true or false, got ${shown(value)}`
    case 'onResult':
    case 'onStatement':
      return typeof value === 'function' ? undefined : `expected a function, got ${shown(value)}`
    case 'decoding':
      return faultOf(value)
    default:
      return decodingNames.some((known) => known === name)
        ? 'unknown option; give it as { decoding: { … } }'
        : unknownName(name, NAMES)
  }
}

function faultOf(decoding: unknown): string | undefined {
  try {
    checkDecoding(decoding)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${maskCredentials(value)}'`
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value
}

function optionsError(problems: readonly string[]): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_CONFIG',
    ['The options of mysql2Pool() cannot be used:', ...problems].join('\n  '),
  )
}
