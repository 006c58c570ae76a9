import { ServerStatus } from '../port.js'

/**
 * One assignment of a SET in which nothing can run: no call, no query, no string with a quote or a backslash in it. A question
 * mark stands for the value of a prepared statement, which is no text; in any other a server takes it for an error.
 */
const VALUE = String.raw`(?:\?|'[^'\\]*'|"[^"\\]*"|@{0,2}[\w.+-]+)`
const ASSIGNMENT = String.raw`(?:(?:session|local|global)\s+)?@{0,2}(?:[\w.]+|\x60\w+\x60)\s*:?=\s*${VALUE}|names\s+${VALUE}(?:\s+collate\s+${VALUE})?`
const PLAIN_SET = new RegExp(String.raw`^\s*set\s+(?:${ASSIGNMENT})(?:\s*,\s*(?:${ASSIGNMENT}))*\s*;?\s*$`, 'i')
const EACH = new RegExp(ASSIGNMENT, 'gi')
const OF_MODE = /^(?:(?:session|local)\s+|@@(?:session\.|local\.)?)?`?sql_mode\b/i

/** What may have set variables for good before it failed. Several statements are among it, and what only looks like them. */
const MAY_HAVE_SET = /^\s*(?:set|execute|begin\s+not|[^\w\s])|;\s*\S/i

/**
 * Whether a backslash is a character like any other in a session, as far as its status flags can be believed.
 *
 * The flag is not the mode. When a routine or a trigger that set `sql_mode` ends, the server gives the mode back and keeps the
 * flag: from then on every answer lies, a ping's too, until the next SET. `SET STATEMENT sql_mode = … FOR …` lies in its own
 * answer. (Seen of MariaDB 10.11 and MySQL 9.7.) But while flag and mode agree, nothing changes the mode and leaves the flag. So a flag that
 * stays as it was is right, and one that changed is believed only of a SET that does nothing else.
 */
export class BackslashMode {
  #flag: boolean
  #isSure = true

  /** @param status - of the greeting, in which flag and mode are the server's default */
  constructor(status: number) {
    this.#flag = flagOf(status)
  }

  /** True when a quote is escaped by doubling it only; undefined when that is not certain. */
  get noBackslashEscapes(): boolean | undefined {
    return this.#isSure ? this.#flag : undefined
  }

  /** After a reset or a change of user, which set flag and mode together. */
  begin(status: number): void {
    this.#flag = flagOf(status)
    this.#isSure = true
  }

  /** The status flags of a result, or of the end of rows: of every one that a statement had. */
  saw(status: number): void {
    const flag = flagOf(status)
    if (flag === this.#flag) return
    this.#flag = flag
    this.#isSure = false
  }

  /** A statement was answered; its flags have been seen. */
  answered(sql: string): void {
    if (!this.#isSure && setsModeOnly(sql)) this.#isSure = true
  }

  /** A statement failed: an error has no flags. */
  failed(sql: string): void {
    if (this.#isSure && MAY_HAVE_SET.test(sql)) this.#isSure = false
  }

  /** The server was asked how it reads a literal: `SELECT LENGTH('\\')` answers 2 where a backslash escapes nothing. */
  settle(noBackslashEscapes: boolean): void {
    // While flag and mode differ, the next change of the mode could not be seen.
    this.#isSure = noBackslashEscapes === this.#flag
  }
}

/**
 * Whether a text of several statements may change the mode before it ends: each statement is read when those before it have run.
 * A routine gives the mode back.
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
