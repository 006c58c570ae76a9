import { type QuotingMode, type StatementKind, statementKind } from '../../../packages/core/src/sql/statement-kind.js'
import { StatementGenerator } from './generator.js'
import { Random } from '../../program/random.js'
import { type Server, type Traces, World } from './world.js'

/** What came of a trial. A generator of errors proves nothing, so what the servers accepted is counted too. */
export interface Outcome {
  statements: number
  reads: number
  acceptedReads: number
  /** Statements that are no reads and were run as well, for comparison. */
  others: number
  acceptedOthers: number
  /** Of those, the ones that left traces: what the classifier has to catch, and caught. */
  othersWithTraces: number
  /** What must not be: each with its text. */
  readonly faults: string[]
}

const BATCH = 25

export interface TrialOptions {
  readonly seed: number
  readonly statements: number
  readonly mode: string
  /** The part of the statements that are no reads that is run. */
  readonly others: number
}

/** Classifies random statements, runs them, and looks for traces of those that were taken for reads. */
export async function trial(server: Server, { seed, statements, mode, others }: TrialOptions): Promise<Outcome> {
  const outcome: Outcome = {
    statements: 0,
    reads: 0,
    acceptedReads: 0,
    others: 0,
    acceptedOthers: 0,
    othersWithTraces: 0,
    faults: [],
  }
  const random = new Random(seed)
  const generator = new StatementGenerator(random, server.database)
  const known = quotingOf(mode)
  const world = await World.enter(server, mode)
  let reads: string[] = []
  try {
    for (; outcome.statements < statements; outcome.statements += 1) {
      const sql = generator.next()
      const kinds = [statementKind(sql, known), statementKind(sql)]
      if (kinds.some(({ kind }) => kind === 'read')) reads.push(sql)
      else if (random.chance(others)) await runOther(world, sql, kinds, outcome)
      if (reads.length === BATCH) {
        await runReads(world, reads, outcome)
        reads = []
      }
    }
    await runReads(world, reads, outcome)
  } finally {
    await world.leave()
  }
  return outcome
}

function quotingOf(mode: string): QuotingMode {
  return {
    ansiQuotes: /ANSI|ORACLE|MSSQL/.test(mode),
    noBackslashEscapes: mode.includes('NO_BACKSLASH_ESCAPES'),
  }
}

/** Reads leave no traces, so one look serves many of them; if there are traces, each is run by itself. */
async function runReads(world: World, reads: readonly string[], outcome: Outcome): Promise<void> {
  outcome.reads += reads.length
  await world.begin()
  const before = await world.traces()
  let suspicious = false
  for (const sql of reads) {
    const result = await world.run(sql)
    if (!(result instanceof Error)) outcome.acceptedReads += 1
    if (isNoAnswerToRead(result)) suspicious = true
  }
  const after = await world.traces()
  await world.rollBack()
  if (!suspicious && sameTraces(before, after)) return
  for (const sql of reads) await runAlone(world, sql, outcome)
  await world.reset()
}

async function runAlone(world: World, sql: string, outcome: Outcome): Promise<void> {
  await world.reset()
  await world.begin()
  const before = await world.traces()
  const result = await world.run(sql)
  const after = await world.traces()
  await world.rollBack()
  if (isNoAnswerToRead(result) || !sameTraces(before, after)) {
    const found = `${before.all} became ${after.all}`
    outcome.faults.push(`taken for a read: ${JSON.stringify(sql)}: ${String(result)}; ${found}`)
  }
}

/** Anything but rows, and the error of a locking read that met a lock. */
function isNoAnswerToRead(result: 'rows' | 'done' | Error): boolean {
  return result === 'done' || (result instanceof Error && 'errno' in result && result.errno === 1205)
}

function sameTraces(one: Traces, other: Traces): boolean {
  return one.all === other.all && one.inTransaction === other.inTransaction
}

async function runOther(world: World, sql: string, kinds: readonly StatementKind[], outcome: Outcome): Promise<void> {
  await world.reset()
  await world.begin()
  const before = await world.traces()
  const result = await world.run(sql)
  // After LOCK TABLES it cannot look.
  const after = await world.traces().catch(() => undefined)
  await world.reset()
  outcome.others += 1
  if (!(result instanceof Error)) outcome.acceptedOthers += 1
  if (after === undefined || !sameTraces(before, after)) outcome.othersWithTraces += 1
  if (after === undefined) return
  for (const { kind, commitsFirst, mayTaint } of kinds) {
    const ends = kind === 'commit' || kind === 'rollback' || commitsFirst === true
    if (!after.inTransaction && !ends) outcome.faults.push(`ended a transaction unannounced: ${JSON.stringify(sql)}`)
    if (before.untracked !== after.untracked && !mayTaint) {
      outcome.faults.push(
        `left unannounced traces: ${JSON.stringify(sql)}: ${before.untracked} became ${after.untracked}`,
      )
    }
  }
}
