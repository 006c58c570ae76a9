import { type Escapes, Lexer, Mark, Token } from './lexer.js'
import { WithLists } from './with-lists.js'
import { Before, Word, wordOf } from './words.js'

/** The things that can be noticed in a statement, as bits. */
export const Noticed = {
  /** A call of a function that is not known to be harmless. */
  call: 1 << 0,
  /** `:=` */
  assignment: 1 << 1,
  /** INTO a target that is not a file. */
  into: 1 << 2,
  file: 1 << 3,
  /** FOR UPDATE, FOR SHARE, LOCK IN SHARE MODE. */
  locks: 1 << 4,
  /** INSERT, REPLACE, UPDATE, DELETE, not as functions. */
  changes: 1 << 5,
  /** NEXT VALUE FOR and its like. */
  sequence: 1 << 6,
  procedure: 1 << 7,
  analyze: 1 << 8,
  /** LAST_INSERT_ID(…) with an argument. */
  setsId: 1 << 9,
  countsRows: 1 << 10,
  asksStatement: 1 << 11,
  asksRows: 1 << 12,
  asksId: 1 << 13,
  asksConnection: 1 << 14,
  load: 1 << 15,
  local: 1 << 16,
  /** A query inside the statement; `callInQuery`: a call as above after the beginning of that query. */
  query: 1 << 17,
  callInQuery: 1 << 18,
  /** The name `autocommit`: SET autocommit may commit first. */
  autocommit: 1 << 19,
  /** SHOW WARNINGS and its like. */
  asksWarnings: 1 << 20,
  asksGtid: 1 << 21,
  /** The statement may read any trace: its text does not show what it runs, or it returns every variable of the session. */
  mayAsk: 1 << 22,
} as const

const ASCII_WORD = /^\w+$/

/** One reading of a text, token after token, with all that was noticed on the way. */
export class Reading {
  readonly lexer: Lexer
  /** The current token, and the two before it. */
  token: number = Token.end
  before: number = Token.end
  beforeThat: number = Token.end
  /** Number of open parentheses. */
  depth = 0
  noticed = 0
  /** The current name is a table's: a parenthesis after it begins a list of columns. */
  tableName = false
  /** Parts of the statement are in quotes: a word counts wherever it stands. */
  isOpaque = false
  #with: WithLists | undefined
  /** Between `@@` and the end of a variable's name. */
  #inVariable = false
  /** That variable is a global one. */
  #isGlobal = false

  constructor(text: string, escapes: Escapes) {
    this.lexer = new Lexer(text, escapes)
  }

  is(token: number): boolean {
    return this.token === token
  }

  get ended(): boolean {
    return this.token === Token.end || this.token === Token.odd || this.token === Mark.semicolon
  }

  /** The number of the current word, see `words.ts`. */
  get word(): number {
    return wordOf(this.token)
  }

  /** The current word in lower case; '' for any other token. */
  get text(): string {
    if (this.token < Token.word) return ''
    const { text, start, end } = this.lexer
    // No word that the classifier compares with is longer.
    const word = end - start > 32 ? '' : text.slice(start, end)
    // Some letters beyond ASCII become ASCII letters in lower case.
    return ASCII_WORD.test(word) ? word.toLowerCase() : ''
  }

  /** Whether the current token can be a name. */
  get isName(): boolean {
    return this.token >= Token.word || this.token === Token.quotedName || this.token === Token.doubleQuoted
  }

  advance(): void {
    const { lexer } = this
    const { start, end } = lexer
    const token = lexer.next()
    const before = this.token
    this.beforeThat = this.before
    this.before = before
    this.token = token
    const atOnce = lexer.start === end
    if (token >= Token.word) this.#readWord(token, before, atOnce)
    else if (token === Mark.open) {
      this.depth += 1
      if (before >= Token.quotedName || before === Mark.question) this.#readParenthesis(before, atOnce, start, end)
    } else if (token === Mark.close) this.depth -= 1
    else if (token === Token.quotedName || token === Token.doubleQuoted) this.#readQuotedName(before)
    else if (token === Token.assign) this.noticed |= Noticed.assignment
    else if (token === Mark.at && before === Mark.at) this.#inVariable = true
    if (before > Token.word) this.#readAfterWord(token, before)
    else if (before === Mark.open && wordOf(this.beforeThat) === Word.last_insert_id) {
      this.noticed |= token === Mark.close ? Noticed.asksId : Noticed.setsId
    }
    this.tableName = this.#with?.take(token, this.depth) ?? false
    if (wordOf(token) === Word.with) (this.#with ??= new WithLists()).begin(this.depth)
  }

  /** Reads on to the end of the statement. */
  finish(): void {
    while (!this.ended) this.advance()
  }

  #readWord(token: number, before: number, atOnce: boolean): void {
    if (before === Mark.at && atOnce) {
      // The word is the name of a variable, whatever it means elsewhere.
      this.token = Token.word
      if (this.#inVariable) {
        this.#isGlobal = wordOf(token) === Word.global
        this.#readVariable(wordOf(token))
      }
      return
    }
    const word = wordOf(token)
    if (this.#inVariable) {
      if (before === Mark.dot) this.#readVariable(word)
      else this.#inVariable = false
    }
    if (word !== 0) this.#noticeWord(word, before)
  }

  #noticeWord(word: number, before: number): void {
    switch (word) {
      case Word.for:
        if (wordOf(before) !== Word.value) break
        if (wordOf(this.beforeThat) === Word.next) this.noticed |= Noticed.sequence
        else if (wordOf(this.beforeThat) === Word.previous) this.noticed |= Noticed.sequence | Noticed.asksId
        break
      case Word.update:
        this.noticed |= wordOf(before) === Word.for ? Noticed.locks | Noticed.changes : Noticed.changes
        break
      case Word.share:
        if (wordOf(before) === Word.for) this.noticed |= Noticed.locks
        break
      case Word.lock:
        this.noticed |= Noticed.locks
        break
      case Word.delete:
        this.noticed |= Noticed.changes
        break
      case Word.procedure:
        this.noticed |= Noticed.procedure
        break
      case Word.analyze:
        this.noticed |= Noticed.analyze
        break
      case Word.sql_calc_found_rows:
        this.noticed |= Noticed.countsRows
        break
      case Word.table:
        if (before === Mark.open) this.noticed |= Noticed.query
        break
      case Word.load:
        this.noticed |= Noticed.load
        break
      case Word.local:
        this.noticed |= Noticed.local
        break
      case Word.select:
        this.noticed |= Noticed.query
        break
      case Word.autocommit:
        this.noticed |= Noticed.autocommit
        break
      case Word.session_variables:
      case Word.system_variables:
      case Word.variables_by_thread:
        this.noticed |= Noticed.mayAsk
        break
      case Word.nextval:
      case Word.currval:
        if (before === Mark.dot) this.noticed |= sequenceMember(word)
        break
      default:
    }
  }

  /** Reads words whose meaning depends on the token after them. */
  #readAfterWord(token: number, before: number): void {
    switch (wordOf(before)) {
      case Word.into:
        this.noticed |= wordOf(token) === Word.outfile || wordOf(token) === Word.dumpfile ? Noticed.file : Noticed.into
        break
      case Word.insert:
      case Word.replace:
        if (token !== Mark.open) this.noticed |= Noticed.changes
        break
      case Word.values:
        if (token === Mark.open || wordOf(token) === Word.row) this.noticed |= Noticed.query
        break
      default:
    }
  }

  #readParenthesis(before: number, atOnce: boolean, start: number, end: number): void {
    if (this.tableName) return
    const isWord = before >= Token.word
    const word = isWord ? wordOf(before) : wordOf(this.lexer.known(start + 1, end - 1))
    if (word !== 0) this.#readCallOf(word, isWord)
    // `:name` is a placeholder of some drivers, and may be replaced by any text.
    if (isWord && this.beforeThat !== Mark.dot && this.beforeThat !== Mark.colon) {
      const listed = atOnce ? Before.parenthesis | Before.parenthesisAtOnce : Before.parenthesis
      if ((before & listed) !== 0) return
      // In other places these two words are names of functions.
      if (word === Word.lateral && wordOf(this.beforeThat) === Word.join) return
      if (word === Word.against && this.beforeThat === Mark.close) return
    }
    // A list of columns after the name of a derived table.
    if (wordOf(this.beforeThat) === Word.as && before !== Token.string) return
    this.noticed |= (this.noticed & Noticed.query) === 0 ? Noticed.call : Noticed.call | Noticed.callInQuery
  }

  #readCallOf(word: number, isWord: boolean): void {
    if (word === Word.row_count) this.noticed |= Noticed.asksStatement
    else if (word === Word.found_rows) this.noticed |= Noticed.asksRows
    else if (word === Word.last_insert_id && !isWord) this.noticed |= Noticed.asksId
    else if (word === Word.lastval) this.noticed |= Noticed.asksId
    else if (word === Word.wsrep_last_written_gtid || word === Word.wsrep_last_seen_gtid) {
      this.noticed |= Noticed.asksGtid
    } else if (word === Word.connection_id || word === Word.ps_current_thread_id) this.noticed |= Noticed.asksConnection
  }

  #readQuotedName(before: number): void {
    const { start, end } = this.lexer
    if (before === Mark.dot || before === Mark.at) {
      const word = wordOf(this.lexer.known(start + 1, end - 1))
      if (this.#inVariable) this.#readVariable(word)
      if (word === Word.nextval || word === Word.currval) this.noticed |= sequenceMember(word)
      this.#readTableOfVariables(word)
    } else this.#inVariable = false
    if (end - start === 'autocommit'.length + 2 && wordOf(this.lexer.known(start + 1, end - 1)) === Word.autocommit) {
      this.noticed |= Noticed.autocommit
    }
  }

  #readTableOfVariables(word: number): void {
    const { session_variables, system_variables, variables_by_thread } = Word
    if (word === session_variables || word === system_variables || word === variables_by_thread) {
      this.noticed |= Noticed.mayAsk
    }
  }

  #readVariable(word: number): void {
    if (word === Word.autocommit) this.noticed |= Noticed.autocommit
    else if (word !== 0) this.noticed |= askedBy(word)
    else if (this.before === Mark.dot && !this.#isGlobal && this.#isOfGtids) this.noticed |= Noticed.asksGtid
  }

  get #isOfGtids(): boolean {
    const { text, start } = this.lexer
    return /^`?gtid_/i.test(text.slice(start, start + 6))
  }
}

/** The traces that a variable of the session shows; bits of `Noticed`, 0 for most variables. */
function askedBy(word: number): number {
  switch (word) {
    case Word.warning_count:
    case Word.error_count:
      return Noticed.asksWarnings
    case Word.identity:
    case Word.last_insert_id:
      return Noticed.asksId
    case Word.last_gtid:
      return Noticed.asksGtid
    case Word.pseudo_thread_id:
      return Noticed.asksConnection
    default:
      return 0
  }
}

/** The same for a variable by its name. */
export function askedByVariable(name: string): number {
  const word: number | undefined = (Word as Readonly<Record<string, number>>)[name]
  return word === undefined ? 0 : askedBy(word)
}

/** The variables for which `askedByVariable` is not 0. */
export const TELLING_VARIABLES = [
  'error_count',
  'identity',
  'last_gtid',
  'last_insert_id',
  'pseudo_thread_id',
  'warning_count',
] as const

/**
 * The bits of `name.NEXTVAL` and `name.CURRVAL`: a sequence's next or last value in the `sql_mode` ORACLE, a column elsewhere.
 */
function sequenceMember(word: number): number {
  return word === Word.currval ? Noticed.sequence | Noticed.asksId : Noticed.sequence
}
