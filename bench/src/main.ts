import { runProgram } from '@mysql-hostpool/test/program/program'
import { runBench } from './bench.js'
import { readOptions, USAGE } from './options.js'

await runProgram({ usage: USAGE, readOptions, run: runBench })
