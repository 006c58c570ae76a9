import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { errorMessage } from '../cluster/error-text.js'
import { runProgram } from '../program/program.js'
import { DIMENSIONS } from './dimensions/dimensions.js'
import { type MatrixOptions, readOptions, usageOf, type Wanted } from './options.js'
import { writeFiles } from './report/files.js'
import { outcomeOf, type RowResult, Unavailable } from './report/result.js'
import { progressLine, terminalTables } from './report/terminal.js'
import { Workshop } from './workshop/workshop.js'

await runProgram({
  usage: usageOf(DIMENSIONS),
  readOptions: (args) => readOptions(args, DIMENSIONS),
  run: runMatrix,
})

/** Resolves to whether no row failed. */
async function runMatrix(options: MatrixOptions, write: (text: string) => void, signal: AbortSignal): Promise<boolean> {
  if (options.list) {
    const rows = options.wanted.map(({ dimension, row }) => ({ dimension: dimension.name, row }))
    write(`${JSON.stringify(rows)}\n`)
    return true
  }
  // With --json the standard output belongs to the machine that reads it.
  const say = options.json ? (text: string) => void process.stderr.write(text) : write
  const tell = (results: readonly RowResult[]): boolean => {
    if (options.json) write(`${JSON.stringify(results, undefined, 2)}\n`)
    else write(`\n${terminalTables(DIMENSIONS, results)}`)
    if (options.write) writeFiles(DIMENSIONS, results)
    return results.every((result) => outcomeOf(result) !== 'failed')
  }
  if (options.from.length > 0) return tell(readResults(options.from))
  const workshop = new Workshop((line) => say(`${line}\n`), signal)
  try {
    return tell(await runRows(options.wanted, workshop))
  } finally {
    await workshop[Symbol.asyncDispose]()
  }
}

async function runRows(wanted: readonly Wanted[], workshop: Workshop): Promise<readonly RowResult[]> {
  const results: RowResult[] = []
  for (const each of wanted) {
    const result = await runRow(each, workshop)
    if (result === undefined) break
    workshop.say(progressLine(result))
    results.push(result)
  }
  return results
}

/** Resolves to nothing when it was interrupted: the rows before it are told all the same. */
async function runRow({ dimension, row }: Wanted, workshop: Workshop): Promise<RowResult | undefined> {
  try {
    const { versions, checks } = await dimension.run(row, workshop)
    // What had to be installed and started first is not the row's own.
    const seconds = checks.reduce((sum, check) => sum + check.seconds, 0)
    return { dimension: dimension.name, row, versions, checks, seconds }
  } catch (error) {
    if (workshop.signal.aborted) return undefined
    const outcome = error instanceof Unavailable ? 'unavailable' : 'failed'
    const note = errorMessage(error)
    const checks = dimension.columns.map((name) => ({ name, outcome, seconds: 0, note }) as const)
    return { dimension: dimension.name, row, versions: {}, checks, seconds: 0 }
  }
}

/** Of files, and of all files in folders. */
function readResults(paths: readonly string[]): readonly RowResult[] {
  const files = paths.flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.json'))
          .map((name) => join(path, name))
      : [path],
  )
  return files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as readonly RowResult[])
}
