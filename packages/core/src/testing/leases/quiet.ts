import type { Life, Operation, Plan, Putting } from './operation.js'
import { meaningOf, partsOf } from './saying.js'
import { codeOf, errnoOf } from './told.js'

/** Errors whose cause is the statement itself, or its borrower. */
const OF_ITS_OWN: ReadonlySet<number> = new Set([1064, 1146, 1305, 1568])
const OF_ITS_BORROWER: ReadonlySet<string> = new Set([
  'ERR_HOSTPOOL_LEASE_RELEASED',
  'ERR_HOSTPOOL_ACQUIRE_TIMEOUT',
  'ERR_HOSTPOOL_ABORTED',
  'ERR_HOSTPOOL_IMPLICIT_COMMIT',
  // Asks for the last key and a count in one statement, which the pool refuses where another borrower may have left one of them.
  'ERR_HOSTPOOL_UNSUPPORTED',
])

/** Whether a life has no fault: none of a server, and no action of an operator or a borrower that breaks statements. */
export function isQuiet({ operations }: Life): boolean {
  return operations.every(isHarmless)
}

/** Whether an error has a cause in a life without faults. */
export function isExplained(error: unknown): boolean {
  const errno = errnoOf(error)
  return errno === undefined ? OF_ITS_BORROWER.has(codeOf(error)) : OF_ITS_OWN.has(errno)
}

function isHarmless(operation: Operation): boolean {
  switch (operation.do) {
    case 'run':
    case 'put':
      return isPlain(operation.putting)
    case 'transact':
      return operation.fates === undefined && areAllPlain(operation.plan)
    case 'with':
      return areAllPlain(operation.plan)
    case 'change user':
      return operation.to === 'guest'
    case 'borrow':
    case 'abort':
    case 'ping':
    case 'release':
    case 'use after release':
    case 'wait':
    case 'thaw':
    case 'undrain':
    case 'add':
      return true
    default:
      return false
  }
}

function areAllPlain({ puttings }: Plan): boolean {
  return puttings.every(isPlain)
}

/**
 * Whether a statement disturbs no other: an unread stream holds up the statements behind it, and some statements end their
 * session.
 */
function isPlain({ statement, fates, timeout, reading }: Putting): boolean {
  const ends = partsOf(statement).some((saying) => meaningOf(saying).release === true)
  return fates === undefined && timeout === undefined && reading !== 'never' && !ends
}
