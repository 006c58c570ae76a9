import { type DrillCluster } from './drill-cluster.js'
import { type DrillRecord, runDrill } from './drill.js'
import { FAULT_WORDS } from './drill-names.js'
import { figuresOf } from './figures.js'
import { saveChart } from './save-chart.js'
import type { DrillOptions } from './options.js'
import { metOf, report, Verdict, verdictOf } from './report.js'
import { startServers } from './servers.js'
import { isOwn } from './subjects/subject.js'
import type { DrillResult } from './table.js'
import { makeTables } from './tables.js'
import { targetsOf } from './targets.js'

/** Exit statuses besides those of every program. */
const EXIT_STATUS = { [Verdict.allMet]: 0, [Verdict.broken]: 1, [Verdict.targetMissed]: 3 } as const

/** Runs every drill that was asked for. Resolves to the exit status. */
export async function runDrills(
  options: DrillOptions,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const say = (text: string) => {
    if (options.json) process.stderr.write(`${text}\n`)
    else write(`${text}\n`)
  }
  const { cluster, version } = await startServers(options, say, signal)
  const results: DrillResult[] = []
  try {
    await runEach(options, cluster, {
      say,
      signal,
      done: async (record) => {
        results.push(resultOf(record))
        if (options.chart !== undefined) say(`chart: ${await saveChart(options.chart, record, options, version)}`)
      },
    })
  } finally {
    try {
      await cluster.stop()
    } finally {
      // Also of what was broken off: what has been measured has been measured.
      if (results.length > 0) {
        const { seconds, connections, servers } = options
        const all = { version, servers, seconds, connections, verdict: verdictOf(results), drills: results }
        write(options.json ? `${JSON.stringify(all, null, 2)}\n` : report(options, results, version))
      }
    }
  }
  return EXIT_STATUS[verdictOf(results)]
}

interface Surroundings {
  readonly say: (text: string) => void
  readonly signal: AbortSignal
  readonly done: (record: DrillRecord) => Promise<void>
}

async function runEach(options: DrillOptions, cluster: DrillCluster, { say, signal, done }: Surroundings) {
  await makeTables(cluster.node(0), cluster.database)
  for (const { drill, rate } of options.runs) {
    await cluster.heal()
    signal.throwIfAborted()
    say(`${drill}, ${rate} requests a second: ${FAULT_WORDS[drill]}`)
    const { servers, connections, seconds, subjects } = options
    const plan = { cluster, servers, drill, rate, connections, seconds, subjects, signal }
    const record = await runDrill(plan)
    await done(record)
    say(`  ${metOf([resultOf(record)])}`)
  }
}

export function resultOf(record: DrillRecord): DrillResult {
  const { drill, rate, control, outages, letGo } = record
  const pools = record.subjects.map(({ name, configuration, record: seen }) => {
    if ('failure' in seen) return { name, configuration, failure: seen.failure }
    const figures = figuresOf(record, seen)
    return { name, configuration, figures, targets: isOwn(name) ? targetsOf(drill, rate, figures) : [] }
  })
  return { record: { drill, rate, control, outages, letGo }, pools }
}
