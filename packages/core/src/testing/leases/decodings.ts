import type { Decoding } from '../../sql/decoding.js'
import type { Borrowing } from './borrowing.js'

/** What the pool decodes by where nothing else is asked for. */
export const POOL_DECODING = '+09:00'

/** Whose statements are decoded so. */
export interface Owner {
  readonly current: Borrowing
  /** The callback of a transaction is run again. */
  again(): void
}

const owners = new WeakMap<object, Owner>()

export function zoneOf(number: number | undefined, otherwise = POOL_DECODING): string {
  return number === undefined ? otherwise : (['Z', '+01:00', '+02:00'][number % 3] ?? otherwise)
}

/**
 * A decoding of one borrower alone. Through the pool it keeps its function, so that the driver sees whose each statement is,
 * also where its text has no number.
 */
export function ownedDecoding(timezone: string, owner: Owner): Decoding {
  const typeCast = (_: unknown, next: () => unknown): unknown => next()
  owners.set(typeCast, owner)
  return Object.freeze({ timezone, typeCast })
}

/** Undefined for what the pool itself sends. */
export function ownerOf({ typeCast }: Decoding): Owner | undefined {
  return typeof typeCast === 'function' ? owners.get(typeCast) : undefined
}

/** The owner that is always the same borrower. */
export function soleOwner(current: Borrowing): Owner {
  return { current, again: () => undefined }
}
