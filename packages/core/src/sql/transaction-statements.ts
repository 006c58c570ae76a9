import { Mark } from './lexer.js'
import type { Reading } from './reading.js'
import type { StatementKind } from './statement-kind.js'

const BEGIN: StatementKind = { kind: 'begin', mayTaint: false, commitsFirst: true }
const FOR_NEXT_TRANSACTION: StatementKind = { kind: 'write', mayTaint: false, forNextTransaction: true }
const TO_SAVEPOINT: StatementKind = { kind: 'write', mayTaint: false }

/** Reads BEGIN or START TRANSACTION; undefined for any other statement, and for a text that no server accepts. */
export function readBegin(reading: Reading): StatementKind | undefined {
  const begin = reading.text === 'begin'
  reading.advance()
  if (begin) {
    takeIf(reading, 'work')
    return reading.ended ? BEGIN : undefined
  }
  if (!takeIf(reading, 'transaction')) return undefined
  if (reading.ended) return BEGIN
  const modes = new Set<string>()
  do {
    if (reading.is(Mark.comma)) reading.advance()
    if (takeIf(reading, 'with')) {
      if (!takeIf(reading, 'consistent') || !takeIf(reading, 'snapshot')) return undefined
    } else {
      const mode = readOnlyOrWrite(reading)
      if (mode === undefined) return undefined
      modes.add(mode)
    }
  } while (reading.is(Mark.comma))
  return reading.ended && modes.size < 2 ? BEGIN : undefined
}

/** Reads COMMIT or ROLLBACK with their options; undefined for a text that no server accepts. */
export function readCompletion(reading: Reading): StatementKind | undefined {
  const kind = reading.text === 'commit' ? 'commit' : 'rollback'
  reading.advance()
  takeIf(reading, 'work')
  if (kind === 'rollback' && takeIf(reading, 'to')) return readToSavepoint(reading)
  let chain = false
  if (takeIf(reading, 'and')) {
    chain = !takeIf(reading, 'no')
    if (!takeIf(reading, 'chain')) return undefined
  }
  const no = takeIf(reading, 'no')
  const released = takeIf(reading, 'release')
  if (!reading.ended || (no && !released)) return undefined
  const release = released && !no
  if (chain && release) return undefined
  return { kind, mayTaint: false, ...(chain && { chain }), ...(release && { release }) }
}

function readToSavepoint(reading: Reading): StatementKind | undefined {
  takeIf(reading, 'savepoint')
  // A savepoint may itself have the name `savepoint`.
  if (reading.isName) reading.advance()
  return reading.ended ? TO_SAVEPOINT : undefined
}

/** Reads SET TRANSACTION without SESSION or GLOBAL; undefined for a text that no server accepts. */
export function readSetTransaction(reading: Reading): StatementKind | undefined {
  do {
    reading.advance()
    if (takeIf(reading, 'isolation')) {
      if (!takeIf(reading, 'level') || !takeLevel(reading)) return undefined
    } else if (readOnlyOrWrite(reading) === undefined) return undefined
  } while (reading.is(Mark.comma))
  return reading.ended ? FOR_NEXT_TRANSACTION : undefined
}

function takeLevel(reading: Reading): boolean {
  if (takeIf(reading, 'read')) return takeIf(reading, 'committed') || takeIf(reading, 'uncommitted')
  return takeIf(reading, 'serializable') || (takeIf(reading, 'repeatable') && takeIf(reading, 'read'))
}

function readOnlyOrWrite(reading: Reading): string | undefined {
  if (!takeIf(reading, 'read')) return undefined
  const { text } = reading
  if (text !== 'only' && text !== 'write') return undefined
  reading.advance()
  return text
}

function takeIf(reading: Reading, word: string): boolean {
  if (reading.text !== word) return false
  reading.advance()
  return true
}
