import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { UsageError, wholeNumber } from '@mysql-hostpool/test/program/arguments'
import { type BenchmarkName, BENCHMARKS } from './benchmark.js'

/** What the command line asks for. */
export interface BenchOptions {
  readonly benchmarks: readonly BenchmarkName[]
  /** How often each subject is measured. */
  readonly rounds: number
  readonly quick: boolean
  readonly json: boolean
  /** Where the picture goes, when somewhere of the caller's choice. */
  readonly picture: string | undefined
  /** Another checkout, built, whose packages are measured in place of the other pools. */
  readonly before: string | undefined
  /** Servers that run already, in place of three nodes of its own. */
  readonly url: string | undefined
}

export const URL_VARIABLE = 'HOSTPOOL_BENCH_URL'
const ROUNDS = 10
const QUICK_ROUNDS = 2

export const USAGE = `usage: npm run bench -- [benchmark …] [--quick] [--rounds N] [--picture FILE] [--before DIR] [--json]

  benchmark       ${BENCHMARKS.join(', ')}; default: all of them
  --quick         ${QUICK_ROUNDS} short rounds of fewer pools and loads: a first look at all in a few minutes, not a result
  --rounds N      how often each pool is measured, 2 to 100; default ${ROUNDS}
  --picture FILE  draws the picture there; default: docs/images/benchmark.svg after a complete run, else bench/latest.svg
  --before DIR    measures the packages of another checkout, which is built, in place of the other pools
  --json          everything as JSON on the standard output; what happens meanwhile goes to the standard error

Three real Galera nodes, or a single one, are started where a benchmark needs them, or ${URL_VARIABLE} names servers to use
(mysql://user:password@host1,host2,host3:port/database); tables called bench_… are made there, and dropped.
`

/** @throws UsageError */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): BenchOptions | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const quick = values.quick ?? false
  const named = new Set(positionals.map(benchmarkName))
  return {
    benchmarks: named.size === 0 ? BENCHMARKS : BENCHMARKS.filter((name) => named.has(name)),
    rounds: wholeNumber('--rounds', values.rounds ?? String(quick ? QUICK_ROUNDS : ROUNDS), 2, 100),
    quick,
    json: values.json ?? false,
    picture: values.picture,
    before: values.before === undefined ? undefined : builtCheckout(values.before),
    url: env[URL_VARIABLE] || undefined,
  }
}

/** Whether it is all there is, measured in full. */
export function isComplete({ benchmarks, quick, rounds, before }: BenchOptions): boolean {
  return benchmarks.length === BENCHMARKS.length && !quick && rounds >= ROUNDS && before === undefined
}

function builtCheckout(folder: string): string {
  if (!existsSync(resolve(folder, 'packages/core/dist/index.js'))) {
    throw new UsageError(`--before ${folder}: no build of this project is there; run "npm run build" in that checkout`)
  }
  return folder
}

function benchmarkName(given: string): BenchmarkName {
  const name = BENCHMARKS.find((benchmark) => benchmark === given)
  if (name === undefined) throw new UsageError(`there is no benchmark "${given}"; there are ${BENCHMARKS.join(', ')}`)
  return name
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        rounds: { type: 'string' },
        json: { type: 'boolean' },
        picture: { type: 'string' },
        before: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
