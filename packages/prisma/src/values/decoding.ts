import type { Decoding } from '@mysql-hostpool/core'

/**
 * The decoding for Prisma: every value exactly as the server sent it, as text where a JavaScript value would lose something.
 * One object for all statements, because the pool tells decodings apart by identity.
 */
export const PRISMA_DECODING: Decoding = Object.freeze({
  rowsAsArray: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  decimalNumbers: false,
  dateStrings: true,
  jsonStrings: true,
  nestTables: false,
  namedPlaceholders: false,
  typeCast: true,
})
