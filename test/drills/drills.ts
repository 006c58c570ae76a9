import { GaleraCluster } from '../cluster/index.js'
import { type DrillRecord, runDrill } from './drill.js'
import { FAULT_WORDS } from './drill-names.js'
import { figuresOf } from './figures.js'
import type { DrillOptions } from './options.js'
import { drillLines, type DrillResult, headerLine, LEGEND } from './table.js'
import { makeTables } from './tables.js'
import { targetsOf } from './targets.js'

const NODES = 3

/** Runs every drill that was asked for. Resolves to whether this project's pool has left nothing behind in any of them. */
export async function runDrills(
  options: DrillOptions,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const say = (text: string) => {
    if (options.json) process.stderr.write(`${text}\n`)
    else write(`${text}\n`)
  }
  say(`starting ${NODES} real Galera nodes`)
  const cluster = await GaleraCluster.start({
    nodes: NODES,
    database: 'drill',
    settings: { max_connections: NODES * options.connections * options.subjects.length + 50 },
    onProgress: say,
    signal,
  })
  const results: DrillResult[] = []
  try {
    await makeTables(cluster.node(0), cluster.database)
    for (const rate of options.rates) {
      for (const drill of options.drills) {
        await cluster.heal()
        signal.throwIfAborted()
        say(`${drill}, ${rate} requests a second: ${FAULT_WORDS[drill]}`)
        const { connections, seconds, subjects } = options
        const result = resultOf(await runDrill({ cluster, drill, rate, connections, seconds, subjects, signal }))
        results.push(result)
        say(`  ${metOf([result])}`)
      }
    }
  } finally {
    try {
      await cluster.stop()
    } finally {
      // Also of what was broken off: what has been measured has been measured.
      if (results.length > 0) write(options.json ? `${JSON.stringify(results, null, 2)}\n` : report(options, results))
    }
  }
  return results.every(leftNothing)
}

function resultOf(record: DrillRecord): DrillResult {
  const { drill, rate, stall } = record
  const pools = record.subjects.map(({ name, configuration, record: seen }) => {
    const figures = figuresOf(record, seen)
    return { name, configuration, figures, targets: name === 'hostpool' ? targetsOf(drill, rate, figures) : [] }
  })
  return { record: { drill, rate, stall }, pools }
}

function report({ rates, seconds }: DrillOptions, results: readonly DrillResult[]): string {
  const parts = ['\n']
  const configurations = new Map(results.flatMap(({ pools }) => pools.map((pool) => [pool.name, pool.configuration])))
  for (const [name, configuration] of configurations) parts.push(`${name}: ${configuration}\n`)
  for (const rate of rates) {
    parts.push(
      `\n${rate} requests a second to each pool, every fifth a write; faults last ${seconds} s\n\n`,
      headerLine(),
    )
    parts.push(...results.filter(({ record }) => record.rate === rate).map(drillLines))
  }
  parts.push(`\n${LEGEND}\n${metOf(results)}\n`)
  parts.push(
    results.every(leftNothing)
      ? 'no uncaught exception, no unhandled rejection, no lost request, nothing left behind\n'
      : 'NOT AS IT MUST BE: see "never settled", uncaught exceptions and LEFT BEHIND above\n',
  )
  return parts.join('')
}

function metOf(results: readonly DrillResult[]): string {
  const targets = results.flatMap(({ pools }) => pools.flatMap((pool) => pool.targets))
  return `${targets.filter(({ met }) => met).length} of ${targets.length} targets met`
}

/** Other pools are compared, not judged. */
function leftNothing({ pools }: DrillResult): boolean {
  const own = pools.filter(({ name }) => name === 'hostpool').map(({ figures }) => figures)
  return own.every(({ uncaught, leaks, unsettled }) => uncaught.length + leaks.length + unsettled === 0)
}
