import { Mark, Token } from './lexer.js'
import { Noticed, type Reading } from './reading.js'
import type { StatementKind } from './statement-kind.js'
import { askedByVariables } from './variable-pattern.js'
import { readBegin, readCompletion, readSetTransaction } from './transaction-statements.js'
import { Word } from './words.js'

/** The part of a statement's kind that its words tell. Which traces it reads is noticed on the way. */
export type Flags = Omit<StatementKind, 'asks' | 'mayAsk' | 'countsRows'>

const READ: Flags = { kind: 'read', mayTaint: false }
const WRITE: Flags = { kind: 'write', mayTaint: false }
const TAINTING_WRITE: Flags = { kind: 'write', mayTaint: true }
/** DDL and statements that commit like DDL. */
const COMMITTING_WRITE: Flags = { kind: 'write', mayTaint: false, commitsFirst: true }
/** The statement may do anything. */
const ANYTHING: Flags = { kind: 'write', mayTaint: true, commitsFirst: true }
const SEVERAL: Flags = { kind: 'write', mayTaint: true, commitsFirst: true, several: true }

/** Parts of a statement with expressions that leave state in the session. */
const TAINTING = Noticed.call | Noticed.assignment | Noticed.into | Noticed.procedure
const CHANGING = Noticed.file | Noticed.locks | Noticed.changes | Noticed.sequence

/** The objects of CREATE, ALTER, DROP and RENAME. EVENT is missing: the schedule of an event may call functions. */
const OBJECTS: ReadonlySet<string> = new Set(
  'database function index package procedure role schema sequence server table tables tablespace trigger user view'.split(
    ' ',
  ),
)
/** Words that may stand before the object. */
const ATTRIBUTES: ReadonlySet<string> = new Set(
  'aggregate body fulltext ignore offline online or replace spatial temporary undo unique'.split(' '),
)
/** Other statements that leave an open transaction open. */
const COMMITS_NOTHING: ReadonlySet<string> = new Set('deallocate do handler help prepare resignal signal'.split(' '))

/** Classifies a statement. The reading must be at its beginning. */
export function classify(reading: Reading): Flags {
  do reading.advance()
  while (reading.is(Mark.semicolon))
  if (reading.is(Token.end)) return WRITE
  const kind = ofStatement(reading)
  reading.finish()
  if (reading.is(Token.odd)) return oddKind(reading.lexer.text)
  if (reading.is(Mark.semicolon)) {
    do reading.advance()
    while (reading.is(Mark.semicolon))
    if (!reading.is(Token.end)) return kind.kills === true ? { ...ofSeveral(reading), kills: true } : ofSeveral(reading)
  }
  return kind
}

/** Classifies a text of several statements. The reading is at the second one. */
function ofSeveral(reading: Reading): Flags {
  const firstAsks = reading.noticed & Noticed.asksStatement
  const kind = ofRest(reading)
  // A later statement reads the counts of the statement before it, in the same text.
  if (!reading.is(Token.odd)) reading.noticed = (reading.noticed & ~Noticed.asksStatement) | firstAsks
  return kind
}

function ofRest(reading: Reading): Flags {
  let begins = true
  let kills = false
  while (!reading.is(Token.end)) {
    if (reading.is(Token.odd)) return oddKind(reading.lexer.text)
    const { word } = reading
    if (word !== 0) reading.noticed |= askedInRest(word)
    if (begins && reading.text === 'kill' && kill(reading) === KILLING) kills = true
    begins = reading.is(Mark.semicolon)
    if (!reading.is(Token.end)) reading.advance()
  }
  const both = Noticed.load | Noticed.local
  return { ...SEVERAL, ...((reading.noticed & both) === both && { localFile: true }), ...(kills && { kills }) }
}

/** The traces that a word of a later statement may read, wherever the word stands. */
function askedInRest(word: number): number {
  switch (word) {
    case Word.warnings:
    case Word.errors:
    case Word.diagnostics:
      return Noticed.asksWarnings
    case Word.call:
    case Word.execute:
    case Word.variables:
      return Noticed.mayAsk
    default:
      return 0
  }
}

/**
 * The kind of a text that cannot be cut into tokens. The words of the text are all that is known, in quotes and comments or
 * not.
 */
function oddKind(text: string): Flags {
  const localFile = /load/i.test(text) && /local/i.test(text)
  return { ...ANYTHING, ...(text.includes(';') && { several: true }), ...(localFile && { localFile }) }
}

function ofStatement(reading: Reading): Flags {
  while (reading.is(Mark.open)) reading.advance()
  const inParentheses = reading.depth > 0
  const word = reading.text
  switch (word) {
    case 'select':
    case 'with':
    case 'table':
    case 'values':
      return readOrNot(reading)
    default:
      return inParentheses ? ANYTHING : ofOther(reading, word)
  }
}

function ofOther(reading: Reading, word: string): Flags {
  switch (word) {
    case 'insert':
    case 'replace':
      readTableName(reading)
      return writeOrTainting(reading)
    case 'update':
    case 'delete':
      return writeOrTainting(reading)
    case 'show':
      return show(reading)
    case 'explain':
    case 'describe':
    case 'desc':
      return explain(reading)
    case 'begin':
    case 'start':
      return readBegin(reading) ?? compound(reading)
    case 'commit':
    case 'rollback':
      return readCompletion(reading) ?? TAINTING_WRITE
    case 'set':
      return set(reading)
    case 'create':
    case 'alter':
    case 'drop':
    case 'rename':
      return definition(reading, word)
    case 'truncate':
    case 'grant':
    case 'revoke':
      reading.finish()
      return COMMITTING_WRITE
    case 'analyze':
    case 'check':
    case 'checksum':
    case 'optimize':
    case 'repair':
      return maintenance(reading, word)
    case 'savepoint':
    case 'use':
      reading.finish()
      return WRITE
    case 'release':
      reading.advance()
      return reading.text === 'savepoint' ? WRITE : ANYTHING
    case 'load':
      return load(reading)
    case 'execute':
      // The statement of EXECUTE IMMEDIATE is in quotes.
      reading.isOpaque = true
      return oddKind(reading.lexer.text)
    case 'kill':
      return kill(reading)
    case 'call':
      reading.noticed |= Noticed.mayAsk
      return ANYTHING
    case 'get':
      return diagnostics(reading)
    default:
      return COMMITS_NOTHING.has(word) ? TAINTING_WRITE : ANYTHING
  }
}

/**
 * KILL USER names a user's connections, and CONNECTION_ID() names the connection of the statement: both mean the same on any
 * host.
 */
function kill(reading: Reading): Flags {
  do reading.advance()
  while (KILL_MODIFIERS.has(reading.text))
  return reading.text === 'user' || reading.text === 'connection_id' ? ANYTHING : KILLING
}
const KILLING: Flags = { ...ANYTHING, kills: true }
const KILL_MODIFIERS: ReadonlySet<string> = new Set('hard soft connection query id'.split(' '))
/** BEGIN NOT ATOMIC: the parts of the block end with semicolons. */
function compound(reading: Reading): Flags {
  reading.noticed |= Noticed.mayAsk
  return ANYTHING
}

/** GET DIAGNOSTICS */
function diagnostics(reading: Reading): Flags {
  reading.noticed |= Noticed.asksWarnings
  for (; !reading.ended; reading.advance()) {
    if (reading.word === Word.row_count) reading.noticed |= Noticed.asksStatement
  }
  return TAINTING_WRITE
}

function readOrNot(reading: Reading): Flags {
  reading.finish()
  const { noticed } = reading
  if ((noticed & (TAINTING | Noticed.setsId)) !== 0) return TAINTING_WRITE
  return (noticed & CHANGING) === 0 ? READ : WRITE
}

function writeOrTainting(reading: Reading): Flags {
  reading.finish()
  return (reading.noticed & TAINTING) === 0 ? WRITE : TAINTING_WRITE
}

/** Reads INSERT or REPLACE up to the table's name. A parenthesis after that name begins the list of columns. */
function readTableName(reading: Reading): void {
  do reading.advance()
  while (MODIFIERS.has(reading.text))
  reading.noticed &= ~Noticed.into
  for (;;) {
    if (!reading.isName) return
    reading.tableName = true
    reading.advance()
    if (!reading.is(Mark.dot)) return
    reading.advance()
  }
}
const MODIFIERS: ReadonlySet<string> = new Set('low_priority delayed high_priority ignore into'.split(' '))

function show(reading: Reading): Flags {
  let isGlobal = false
  while (!reading.ended) {
    reading.advance()
    const { text } = reading
    if (text === 'warnings' || text === 'errors') reading.noticed |= Noticed.asksWarnings
    else if (text === 'profile' || text === 'profiles') reading.noticed |= Noticed.asksStatement
    else if (text === 'global') isGlobal = true
    else if (text === 'variables' && !isGlobal) {
      reading.advance()
      reading.noticed |= askedByPattern(reading)
    }
  }
  const { noticed } = reading
  if ((noticed & (Noticed.call | Noticed.assignment | Noticed.into | Noticed.setsId)) !== 0) return TAINTING_WRITE
  // Subqueries of SHOW lock the rows that they read.
  return (noticed & (CHANGING | Noticed.query)) === 0 ? READ : WRITE
}

/** The traces that SHOW VARIABLES reads. The reading is at the word after VARIABLES. */
function askedByPattern(reading: Reading): number {
  if (reading.text === 'like') {
    reading.advance()
    const { text, start, end } = reading.lexer
    if (isText(reading)) {
      reading.advance()
      // Two strings side by side are one string, which this code does not join.
      if (!isText(reading)) return askedByVariables(text.slice(start + 1, end - 1))
    }
  }
  return Noticed.mayAsk
}

function isText(reading: Reading): boolean {
  return reading.is(Token.string) || reading.is(Token.doubleQuoted)
}

/** EXPLAIN. Servers run parts of the explained statement, subqueries among them. */
function explain(reading: Reading): Flags {
  const kind = readOrNot(reading)
  return kind === READ && (reading.noticed & Noticed.analyze) !== 0 ? WRITE : kind
}

function maintenance(reading: Reading, word: string): Flags {
  do reading.advance()
  while (reading.word === Word.local || reading.text === 'no_write_to_binlog')
  const { text } = reading
  if (text === 'table' || text === 'tables' || text === 'view') {
    reading.finish()
    return word === 'checksum' ? WRITE : COMMITTING_WRITE
  }
  // MariaDB's ANALYZE runs the statement after it.
  return word === 'analyze' ? writeOrTainting(reading) : ANYTHING
}

/** DDL. */
function definition(reading: Reading, word: string): Flags {
  const temporary = skipAttributes(reading)
  const object = reading.text
  reading.finish()
  if (!OBJECTS.has(object) || (reading.noticed & (Noticed.callInQuery | Noticed.assignment)) !== 0) return ANYTHING
  if (!temporary) return COMMITTING_WRITE
  // MariaDB reports a temporary table as a change of the session, but not one that is made by CREATE … SELECT.
  return object === 'table' && word !== 'alter' ? TAINTING_WRITE : ANYTHING
}

/** Reads on to the object of the statement, and says whether the object is temporary. */
function skipAttributes(reading: Reading): boolean {
  let temporary = false
  reading.advance()
  for (;;) {
    const attribute = reading.text
    if (attribute === 'temporary') temporary = true
    else if (attribute === 'definer') skipAccount(reading)
    else if (attribute === 'algorithm' || attribute === 'sql') skip(reading, 2)
    else if (!ATTRIBUTES.has(attribute)) return temporary
    if (attribute !== 'definer') reading.advance()
  }
}

/** `= name`, `= name@host` or `= CURRENT_USER()` */
function skipAccount(reading: Reading): void {
  skip(reading, 3)
  if (reading.is(Mark.at)) skip(reading, 2)
  else if (reading.is(Mark.open)) skip(reading, 2)
}

function skip(reading: Reading, tokens: number): void {
  for (let left = tokens; left > 0 && !reading.ended; left -= 1) reading.advance()
}

function load(reading: Reading): Flags {
  reading.advance()
  const { text } = reading
  if (text !== 'data' && text !== 'xml') return ANYTHING
  reading.finish()
  return (reading.noticed & Noticed.local) === 0 ? TAINTING_WRITE : { ...TAINTING_WRITE, localFile: true }
}

function set(reading: Reading): Flags {
  reading.advance()
  const { text } = reading
  if (text === 'statement') return setForStatement(reading)
  if (text === 'transaction') return readSetTransaction(reading) ?? TAINTING_WRITE
  let commits = false
  for (; !reading.ended; reading.advance()) if (SET_COMMITS.has(reading.text)) commits = true
  return commits || (reading.noticed & Noticed.autocommit) !== 0 ? ANYTHING : TAINTING_WRITE
}
const SET_COMMITS: ReadonlySet<string> = new Set('password role resource'.split(' '))

/** MariaDB's `SET STATEMENT variable = value, … FOR …`: the variables have their old values again when the statement ends. */
function setForStatement(reading: Reading): Flags {
  do {
    reading.advance()
    if (reading.token < Token.word || CHANGE_THE_STATEMENT.has(reading.text)) return ANYTHING
    reading.advance()
    if (!reading.is(Mark.equals)) return ANYTHING
    do reading.advance()
    while (!reading.ended && (reading.depth > 0 || (!reading.is(Mark.comma) && reading.word !== Word.for)))
  } while (reading.is(Mark.comma))
  if (reading.ended) return ANYTHING
  reading.advance()
  // The server refuses SET STATEMENT inside SET STATEMENT. A long chain of them would also be an endless recursion here.
  if (reading.text === 'set') return ANYTHING
  const kind = ofStatement(reading)
  if (kind.kind === 'read' || kind.mayTaint) return kind
  return (reading.noticed & TAINTING & ~Noticed.into) === 0 ? kind : ANYTHING
}
/** Variables that give a statement another meaning. */
const CHANGE_THE_STATEMENT: ReadonlySet<string> = new Set('autocommit completion_type sql_mode'.split(' '))
