import type { Decoding } from '../../sql/decoding.js'
import type { Borrowing } from './borrowing.js'

/** The decoding of the pool, for requests without one of their own. */
export const POOL_DECODING = '+09:00'

/** The borrower whose statements have a decoding. */
export interface Owner {
  readonly current: Borrowing
  /** Called when the callback of a transaction runs again. */
  again(): void
}

const owners = new WeakMap<object, Owner>()

export function zoneOf(number: number | undefined, otherwise = POOL_DECODING): string {
  return number === undefined ? otherwise : (['Z', '+01:00', '+02:00'][number % 3] ?? otherwise)
}

/**
 * A decoding of one borrower alone. The pool hands the same function on to the driver, so the model's driver knows the borrower
 * of each statement, also where the text has no number.
 */
export function ownedDecoding(timezone: string, owner: Owner): Decoding {
  const typeCast = (_: unknown, next: () => unknown): unknown => next()
  owners.set(typeCast, owner)
  return Object.freeze({ timezone, typeCast })
}

/** The borrower of a decoding; undefined for statements of the pool itself. */
export function ownerOf({ typeCast }: Decoding): Owner | undefined {
  return typeof typeCast === 'function' ? owners.get(typeCast) : undefined
}

/** An owner of one borrower, which stays the same. */
export function soleOwner(current: Borrowing): Owner {
  return { current, again: () => undefined }
}
