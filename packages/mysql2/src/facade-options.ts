import { checkDecoding, decodingNames, HostpoolError, maskCredentials, unknownName } from '@mysql-hostpool/core'
import type { Access, Decoding, Lease } from '@mysql-hostpool/core'

import type { ResultObserver } from './borrowed-lease.js'

/** How a facade borrows from its pool. */
export interface FacadeOptions {
  /** How values are decoded for this facade's users, in place of the pool's options of the same names. */
  readonly decoding?: Decoding | undefined
  /** What its users do: `read` is served by any usable host. Default: each borrower's first statement decides. */
  readonly access?: Access | undefined
  /** Milliseconds its users wait for a connection, in place of the pool's `acquireTimeout`. */
  readonly acquireTimeout?: number | undefined
  /**
   * Once it has checked out a connection, `getConnection` fails no more: why there is none is told by the first statement on what it
   * checks out, and the next statement asks again. For libraries that remember a failed `getConnection` for ever. Default false.
   */
  readonly deferErrors?: boolean | undefined
  /** Told of what statements on checked out connections were answered, streams left out: the text, and the rows or what it did. */
  readonly onResult?: ResultObserver | undefined
  /**
   * Told of each text on a checked out connection before it is sent, streams left out. For libraries that border their transactions by
   * texts: the lease can be told which statements are in one (`lease.manage`).
   */
  readonly onStatement?: StatementObserver | undefined
}

/** Told of a statement before it is sent: the lease that sends it, and its text. What it throws, the statement fails with. */
export type StatementObserver = (lease: Lease, sql: string) => void

const NAMES = [
  'decoding',
  'access',
  'acquireTimeout',
  'deferErrors',
  'onResult',
  'onStatement',
] as const satisfies readonly (keyof FacadeOptions)[]

/** The longest time that a timer can measure. */
const LONGEST = 2_147_483_647

/**
 * Checks how a facade is to borrow, before it does.
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
