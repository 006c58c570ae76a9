import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import type { Benchmark, TrialResult } from './benchmark.js'
import { benchmarks } from './benchmarks.js'
import { besideBefore } from './beside-before.js'
import { type BenchOptions, isComplete } from './options.js'
import { type Machine, machineText, thisMachine } from './report/machine.js'
import { drawPicture } from './report/picture.js'
import { type BenchmarkResult, resultOf } from './report/result.js'
import { benchmarkText } from './report/table.js'
import { orderOf } from './rounds.js'
import { ServerRoom } from './servers/server-room.js'
import type { Assignment } from './trial.js'
import { takeTurns, TrialProcess } from './trial-process.js'

const FOLDER = fileURLToPath(new URL('../', import.meta.url))

const LEGEND = `"ratio": how many times as fast this pool is as that one (or how many times as much it costs, where the
method says so): the median of the ratios of all rounds, and its 95 % bootstrap interval. A round measures every pool
once, each in a fresh process with NODE_ENV=production; the processes take turns, a slice of a second or less each, and
the ratio of a round is the median of its slices', each set against the other's slice of the same turn. "again" is this
pool once more, set against itself: how far that interval strays from 1 is the noise of this machine, and differences
within it mean nothing. "before" is this pool as another checkout has it (--before).
`

const QUICK = `quick: a first look, not a result. Fewer pools, loads and rounds than there are, each measured for a shorter time.`

/** Measures what was asked for. Resolves to true: a missed target is a result, not a failure. */
export async function runBench(
  options: BenchOptions,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const say = (text: string) => void process.stderr.write(`${text}\n`)
  const machine = thisMachine()
  const results: BenchmarkResult[] = []
  await using servers = new ServerRoom(options.url, say, signal)
  if (!options.json) write(`${machineText(machine)}\n${options.quick ? `${QUICK}\n` : ''}`)
  for (const name of options.benchmarks) {
    const whole = benchmarks[name](options.quick)
    const benchmark = options.before === undefined ? whole : besideBefore(whole, options.before)
    const result = await measure(benchmark, options, servers, say, signal)
    results.push(result)
    if (!options.json) write(`\n${benchmarkText(result)}`)
  }
  const picture = await savePicture(options, results, machine)
  if (options.json) write(`${JSON.stringify({ machine, quick: options.quick, results }, null, 2)}\n`)
  else write(`\n${LEGEND}${options.quick ? `\n${QUICK}\n` : ''}\n${metOf(results)}; picture: ${picture}\n`)
  return true
}

async function measure(
  benchmark: Benchmark,
  { rounds, quick }: BenchOptions,
  servers: ServerRoom,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<BenchmarkResult> {
  const { name, subjects } = benchmark
  const trials: Record<string, TrialResult[]> = Object.fromEntries(subjects.map((subject) => [subject, []]))
  const access = plain(await servers.provide(benchmark.servers))
  await benchmark.prepare?.(access)
  try {
    const rate = await calibrate(benchmark, { benchmark: name, access, quick }, signal)
    for (let round = 0; round < rounds; round += 1) {
      say(`${name}: round ${round + 1} of ${rounds}`)
      const order = orderOf(subjects, round)
      const processes = order.map((subject) => {
        const measured = benchmark.measuredAs?.(subject) ?? subject
        const assignment = {
          benchmark: name,
          subject: measured,
          access,
          quick,
          ...(rate === undefined ? {} : { rate }),
        }
        return new TrialProcess(assignment, benchmark.flags?.(subject))
      })
      const found = await takeTurns(processes, signal)
      order.forEach((subject, index) => trials[subject]?.push(...found.slice(index, index + 1)))
    }
  } finally {
    await benchmark.cleanUp?.(access)
  }
  return resultOf(benchmark, trials)
}

async function calibrate(
  { calibrate }: Benchmark,
  assignment: Omit<Assignment, 'subject'>,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (calibrate === undefined) return undefined
  const [found] = await takeTurns([new TrialProcess({ ...assignment, subject: calibrate.subject })], signal)
  const figure = found?.figures.find((each) => each.case === calibrate.case && each.metric === calibrate.metric)
  return figure && figure.value * calibrate.part
}

/** A cluster is more than how to reach it; only that goes to other processes. */
function plain({ hosts, user, password, database }: ServerAccess): ServerAccess {
  return { hosts, user, password, database }
}

async function savePicture(
  options: BenchOptions,
  results: readonly BenchmarkResult[],
  machine: Machine,
): Promise<string> {
  const usual = resolve(FOLDER, isComplete(options) ? '../docs/images/benchmark.svg' : 'latest.svg')
  const path = options.picture === undefined ? usual : resolve(options.picture)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, await drawPicture(results, captionOf(options, machine)))
  return path
}

function captionOf({ quick, rounds }: BenchOptions, machine: Machine): readonly string[] {
  const kind = quick ? `${rounds} short rounds, a first look and not a result` : `${rounds} rounds`
  return [
    `${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}, each pool in a fresh process each time.`,
    machineText(machine),
  ]
}

function metOf(results: readonly BenchmarkResult[]): string {
  const verdicts = results.flatMap(({ comparisons, limits }) => [...comparisons, ...limits].map(({ met }) => met))
  const aims = verdicts.filter((met) => met !== undefined)
  return `${aims.filter(Boolean).length} of ${aims.length} targets met`
}
