import { runProgram } from '../program/program.js'
import { runRounds } from './books/run-rounds.js'
import { runDrills } from './drills.js'
import { type DrillOptions, readOptions, USAGE } from './options.js'

function run(options: DrillOptions, write: (text: string) => void, signal: AbortSignal): Promise<boolean | number> {
  return options.books ? runRounds(options.books, write, signal) : runDrills(options, write, signal)
}

await runProgram({ usage: USAGE, readOptions, run })
