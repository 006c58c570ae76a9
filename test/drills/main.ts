import { runProgram } from '../program/program.js'
import { runDrills } from './drills.js'
import { readOptions, USAGE } from './options.js'

await runProgram({ usage: USAGE, readOptions, run: runDrills })
