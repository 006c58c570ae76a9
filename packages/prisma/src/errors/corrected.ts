/** Errors that were told, and turned out to be something else when their transaction was over. */
const CORRECTIONS = new WeakMap<object, unknown>()

/** @param known - an error that Prisma was given; anything else is nothing to correct */
export function correct(known: unknown, inTheEnd: unknown): void {
  if (known instanceof Error) CORRECTIONS.set(known, inTheEnd)
}

/** What an error that Prisma was given turned out to be; undefined for one that was right. */
export function correctionOf(known: object): unknown {
  return CORRECTIONS.get(known)
}
