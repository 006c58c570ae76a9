/** Corrections of errors that Prisma already has, found at the end of their transaction. */
const CORRECTIONS = new WeakMap<object, unknown>()

/** @param known - an error that Prisma was given; any other value is ignored */
export function correct(known: unknown, inTheEnd: unknown): void {
  if (known instanceof Error) CORRECTIONS.set(known, inTheEnd)
}

/** The correction of an error that Prisma was given; undefined for an error that was right. */
export function correctionOf(known: object): unknown {
  return CORRECTIONS.get(known)
}
