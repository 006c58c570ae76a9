import { clearParserCache } from 'mysql2'

/** Bytes of columns, and of what a parser costs besides, after which mysql2 forgets its parsers of rows: a server can invent new ones. */
const PARSERS_KEPT = 64 * 1024 * 1024
const COST_OF_A_PARSER = 1024

/** Counts for all connections, because mysql2 has one cache for all. */
let learned = 0

/** Columns were read. @param complete - whether they were the last of an answer, for which there is a parser now */
export function noteColumns(bytes: number, complete: boolean): void {
  learned += complete ? bytes + COST_OF_A_PARSER : bytes
  if (learned < PARSERS_KEPT) return
  learned = 0
  clearParserCache()
}
