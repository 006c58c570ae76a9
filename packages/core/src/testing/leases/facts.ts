import type { Outcome } from './borrowing.js'
import type { LifeOptions } from './operation.js'
import { type Saying, WITHOUT_TABLE } from './saying.js'
import { OWN_SCHEMA, OWN_USER, SET_UP_ZONE, USUAL_ISOLATION, USUAL_ZONE } from './server-session.js'

/** The facts of a session, as its borrower may take them for sure. An unknown fact is undefined. */
export interface Facts {
  id: number | undefined
  rowCount: number | undefined
  foundRows: number | undefined
  warnings: number | undefined
  variable: number | null | undefined
  schema: string | null | undefined
  user: string | undefined
  autocommit: boolean | undefined
  zone: string | undefined
  mode: string | undefined
  isolation: string | undefined
  temporary: boolean | undefined
  /** The isolation level for the next transaction alone; null when none was set. */
  nextIsolation: string | null | undefined
}

/** The facts of a session at the beginning of a borrowing. */
export function freshFacts(options: LifeOptions): Facts {
  return {
    id: 0,
    rowCount: undefined,
    foundRows: undefined,
    warnings: 0,
    variable: null,
    schema: options.database ? OWN_SCHEMA : null,
    user: OWN_USER,
    autocommit: options.autocommit,
    zone: options.setsUp ? SET_UP_ZONE : USUAL_ZONE,
    mode: '',
    isolation: USUAL_ISOLATION,
    temporary: false,
    nextIsolation: null,
  }
}

/** Forgets the facts, since the session may be another one now. An unchanged fact is the same in every session. */
export function forgetFacts(facts: Facts, fresh: Facts): void {
  for (const name of Object.keys(facts) as (keyof Facts)[]) if (facts[name] !== fresh[name]) facts[name] = undefined
}

/** Forgets the facts that a failed statement may have changed, and those that the statement before it had left. */
export function noteFailure(facts: Facts, saying: Saying): void {
  facts.id = undefined
  facts.rowCount = undefined
  facts.foundRows = undefined
  facts.warnings = undefined
  if (saying === 'set transaction' || facts.nextIsolation !== null) facts.nextIsolation = undefined
  const names = CHANGES[saying] ?? []
  for (const name of names) facts[name] = undefined
}

const CHANGES: Partial<Record<Saying, readonly (keyof Facts)[]>> = {
  'set variable': ['variable'],
  'select variable': ['variable'],
  'set zone': ['zone'],
  'set mode': ['mode'],
  'set isolation': ['isolation'],
  'autocommit off': ['autocommit'],
  'autocommit on': ['autocommit'],
  'use other': ['schema'],
  'use own': ['schema'],
  'create temporary': ['temporary'],
  begin: ['nextIsolation'],
  start: ['nextIsolation'],
  commit: ['nextIsolation'],
}

/** @param result - the answer to this part of the statement */
export function noteDone(facts: Facts, saying: Saying, result: unknown, asked: number): void {
  switch (saying) {
    case 'set variable':
    case 'select variable':
      facts.variable = asked
      break
    case 'set zone':
      facts.zone = '+05:00'
      break
    case 'set mode':
      facts.mode = 'NO_BACKSLASH_ESCAPES'
      break
    case 'set isolation':
      facts.isolation = 'SERIALIZABLE'
      break
    case 'autocommit off':
      facts.autocommit = false
      break
    case 'autocommit on':
      facts.autocommit = true
      break
    case 'use other':
      facts.schema = 'other'
      break
    case 'use own':
      facts.schema = OWN_SCHEMA
      break
    case 'create temporary':
      facts.temporary = true
      break
    case 'set transaction':
      facts.nextIsolation = 'SERIALIZABLE'
      break
    default:
      break
  }
  if (result === undefined) {
    // A method of a lease, which has no result.
    facts.rowCount = undefined
    facts.foundRows = undefined
    facts.warnings = undefined
  } else if (Array.isArray(result)) {
    facts.rowCount = -1
    facts.foundRows = result.length
    if (!WITHOUT_TABLE.has(saying)) facts.warnings = 0
    const [row] = result as readonly { readonly id?: number }[]
    if (saying === 'insert returning') facts.id = row?.id
  } else if (typeof result === 'object' && result !== null) {
    const header = result as {
      readonly affectedRows: number
      readonly insertId: number
      readonly warningStatus: number
    }
    facts.rowCount = header.affectedRows
    if (!WITHOUT_TABLE.has(saying)) facts.warnings = header.warningStatus
    if (header.insertId !== 0) facts.id = header.insertId
  }
}

/** The fault of an answer about the session, in words; undefined for a right answer, and where the fact is unknown. */
export function wrongAnswer(facts: Facts, saying: Saying, outcome: Outcome): string | undefined {
  if (saying === 'ask temporary') return wrongTemporary(facts, outcome)
  const [known, expected] = expectedOf(facts, saying)
  if (!known || outcome.is !== 'done') return undefined
  const [row] = outcome.result as readonly { readonly v?: unknown }[]
  if (row === undefined || row.v === expected) return undefined
  return `${saying}: ${String(row.v)} in place of ${String(expected)}`
}

function wrongTemporary({ temporary }: Facts, outcome: Outcome): string | undefined {
  if (temporary === undefined) return undefined
  const missing =
    outcome.is === 'failed' &&
    outcome.error instanceof Error &&
    'errno' in outcome.error &&
    outcome.error.errno === 1146
  if (temporary && missing) return 'the temporary table is gone'
  if (!temporary && outcome.is === 'done') return 'there is a temporary table of another borrower'
  return undefined
}

function expectedOf(facts: Facts, saying: Saying): readonly [known: boolean, value: unknown] {
  const of = (value: unknown): readonly [boolean, unknown] => [value !== undefined, value]
  switch (saying) {
    case 'ask id':
    case 'execute id':
      return of(facts.id)
    case 'ask row count':
    case 'execute row count':
    case 'ask id and row count':
      return of(facts.rowCount)
    case 'ask found rows':
      return of(facts.foundRows)
    case 'ask warnings':
      return of(facts.warnings)
    case 'ask variable':
      return of(facts.variable)
    case 'ask database':
      return of(facts.schema)
    case 'ask user':
      return of(facts.user)
    case 'ask zone':
      return of(facts.zone)
    case 'ask mode':
      return of(facts.mode)
    case 'ask isolation':
      return of(facts.isolation)
    case 'ask autocommit':
      return facts.autocommit === undefined ? [false, undefined] : [true, facts.autocommit ? 1 : 0]
    default:
      return [false, undefined]
  }
}
