import { clearParserCache } from 'mysql2'

/**
 * Bytes of columns, plus the cost of each parser, after which mysql2 forgets its row parsers: a server can invent new columns
 * without end.
 */
const PARSERS_KEPT = 64 * 1024 * 1024
const COST_OF_A_PARSER = 1024

/** Bytes counted so far, for all connections, because mysql2 has one cache for all of them. */
let learned = 0

/**
 * Notes columns that mysql2 has read.
 * @param complete - whether the last column of an answer is among them, so that mysql2 has made a parser
 */
export function noteColumns(bytes: number, complete: boolean): void {
  learned += complete ? bytes + COST_OF_A_PARSER : bytes
  if (learned < PARSERS_KEPT) return
  learned = 0
  clearParserCache()
}
