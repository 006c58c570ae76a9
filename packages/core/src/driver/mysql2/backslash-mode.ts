import { ServerStatus } from '../port.js'

/**
 * One assignment of a SET that runs nothing: no call, no query, no string with a quote or a backslash in it. A question mark
 * stands for the value of a prepared statement, which is not part of the text; in any other statement a question mark is a
 * syntax error.
 */
const VALUE = String.raw`(?:\?|'[^'\\]*'|"[^"\\]*"|@{0,2}[\w.+-]+)`
const ASSIGNMENT = String.raw`(?:(?:session|local|global)\s+)?@{0,2}(?:[\w.]+|\x60\w+\x60)\s*:?=\s*${VALUE}|names\s+${VALUE}(?:\s+collate\s+${VALUE})?`
const PLAIN_SET = new RegExp(String.raw`^\s*set\s+(?:${ASSIGNMENT})(?:\s*,\s*(?:${ASSIGNMENT}))*\s*;?\s*$`, 'i')
const EACH = new RegExp(ASSIGNMENT, 'gi')
const OF_MODE = /^(?:(?:session|local)\s+|@@(?:session\.|local\.)?)?`?sql_mode\b/i

/**
 * Statements that may have set variables permanently before they failed: also several statements in one text, and texts that
 * only look like several.
 */
const MAY_HAVE_SET = /^\s*(?:set|execute|begin\s+not|[^\w\s])|;\s*\S/i

/** What is known about backslashes, noted where every statement can read it. */
export interface BackslashFacts {
  /** True where quotes must be escaped by doubling only; undefined where the mode is not certain. */
  noBackslashEscapes: boolean | undefined
}

/**
 * Follows whether a backslash is an ordinary character in a session, as far as the status flags can be believed.
 *
 * The flag is not the mode. When a routine or a trigger that set `sql_mode` ends, the server restores the mode and keeps the
 * flag: from then on the flag of every answer is wrong, also of a ping, until the next SET. `SET STATEMENT sql_mode = … FOR …`
 * has a wrong flag in its own answer. (Seen on MariaDB 10.11 and MySQL 9.7.) But while flag and mode agree, no statement
 * changes the mode and leaves the flag. So an unchanged flag is right, and a changed flag is believed only after a SET that
 * does nothing else.
 */
export class BackslashMode {
  readonly #facts: BackslashFacts
  #flag: boolean

  /** @param status - the status flags of the greeting, in which flag and mode are the server's default */
  constructor(facts: BackslashFacts, status: number) {
    this.#facts = facts
    this.#flag = flagOf(status)
    facts.noBackslashEscapes = this.#flag
  }

  /** Notes a reset or a change of user, which set flag and mode together. */
  begin(status: number): void {
    this.#flag = flagOf(status)
    this.#facts.noBackslashEscapes = this.#flag
  }

  /** Notes the status flags of a result, or of the end of rows. Must be called for each of them that a statement had. */
  saw(status: number): void {
    const flag = flagOf(status)
    if (flag === this.#flag) return
    this.#flag = flag
    this.#facts.noBackslashEscapes = undefined
  }

  /** Notes the answer to a statement, whose flags have been noted before. */
  answered(sql: string): void {
    if (this.#facts.noBackslashEscapes === undefined && setsModeOnly(sql)) this.#facts.noBackslashEscapes = this.#flag
  }

  /** Notes a failed statement: an error carries no flags. */
  failed(sql: string): void {
    if (this.#facts.noBackslashEscapes !== undefined && MAY_HAVE_SET.test(sql))
      this.#facts.noBackslashEscapes = undefined
  }
}

/**
 * Whether a text of several statements may change the mode before its end: the server reads each statement after it has run
 * those before. A routine restores the mode.
 */
export function mayChangeModeWithin(sql: string): boolean {
  return sql.includes(';') && /;\s*\S/.test(sql) && /sql_mode|execute/i.test(sql)
}

function setsModeOnly(sql: string): boolean {
  if (!PLAIN_SET.test(sql)) return false
  const assignments = sql.replace(/^\s*set\s+/i, '').match(EACH) ?? []
  return assignments.some((assignment) => OF_MODE.test(assignment))
}

function flagOf(status: number): boolean {
  return (status & ServerStatus.noBackslashEscapes) !== 0
}
