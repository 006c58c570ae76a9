import { runProgram } from '../program/program.js'
import { runDemo } from './demo.js'
import { readOptions, USAGE } from './options.js'

await runProgram({ usage: USAGE, readOptions: (args) => readOptions(args, process.env), run: runDemo })
