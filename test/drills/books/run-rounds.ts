import { errorMessage } from '../../cluster/error-text.js'
import { GaleraCluster } from '../../cluster/index.js'
import { makeBookTables, readBook } from './book-table.js'
import { findingsOf } from './books.js'
import { planRounds, type RoundPlan, type Rounds } from './plan.js'
import { CONNECTIONS, type RoundRecord, runRound } from './round.js'
import { BOOKS_LEGEND, roundTable, unanswered, wayTable } from './round-table.js'

const SHOWN = 30

export interface BooksOptions {
  readonly rounds: Rounds
  readonly seed: number
}

/** Runs all rounds on servers of their own. Resolves to whether no claim was false and nothing was left open. */
export async function runRounds(
  { rounds, seed }: BooksOptions,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const say = (text: string) => write(`${text}\n`)
  const uncaught = collectUncaught()
  const records: RoundRecord[] = []
  const settings = {
    max_connections: CONNECTIONS + 100,
    // What is committed survives the death of a process, also where all have to be ended for one that does not come back.
    innodb_flush_log_at_trx_commit: 2,
    innodb_lock_wait_timeout: 8,
  }
  say(`seed ${seed}; starting three real nodes of Galera`)
  await using cluster = await GaleraCluster.start({ database: 'drill', onProgress: say, signal, settings })
  await makeBookTables(cluster)
  try {
    for (const plan of planRounds(rounds, seed)) {
      signal.throwIfAborted()
      const record = await runRound(cluster, plan, signal)
      records.push(record)
      say(lineOf(plan, record))
    }
    const late = await lateFindings(cluster, records)
    for (const text of late) say(text)
    const found = records.flatMap(({ findings }) => findings)
    for (const { fault, mark, text } of found.slice(0, SHOWN)) say(`FALSE: ${mark} ${fault}: ${text}`)
    for (const text of uncaught.errors) say(text)
    const open = records.reduce((sum, record) => sum + unanswered(record), 0)
    return found.length + late.length + uncaught.errors.length + open === 0
  } finally {
    uncaught.stop()
    if (records.length > 0) say(`\n${roundTable(records)}\n${BOOKS_LEGEND}\n${wayTable(records)}\nseed ${seed}`)
  }
}

/** A write that was still under way on a server when its round was over may show later. */
async function lateFindings(cluster: GaleraCluster, records: readonly RoundRecord[]): Promise<readonly string[]> {
  const known = new Set(records.flatMap(({ findings }) => findings.map(({ fault, mark }) => `${fault} ${mark}`)))
  const rows = await readBook(cluster.node(0), cluster.database, '')
  const claims = records.flatMap((record) => record.claims)
  return findingsOf(claims, rows)
    .filter(({ fault, mark }) => !known.has(`${fault} ${mark}`))
    .map(({ fault, mark, text }) => `FALSE, after its round: ${mark} ${fault}: ${text}`)
}

function lineOf({ round, fault }: RoundPlan, record: RoundRecord): string {
  const wrong = new Set(record.findings.map(({ mark }) => mark)).size
  return `  round ${round}, ${fault}: ${record.claims.length} writes, ${wrong} false claims, ${unanswered(record)} without answer`
}

/** An exception that no caller gets is a result as well. */
function collectUncaught(): { readonly errors: readonly string[]; readonly stop: () => void } {
  const errors: string[] = []
  const note = (error: unknown) => void errors.push(`UNCAUGHT: ${errorMessage(error)}`)
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  const stop = () => {
    process.off('uncaughtException', note)
    process.off('unhandledRejection', note)
  }
  return { errors, stop }
}
