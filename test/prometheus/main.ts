import { providePrometheus } from './installation.js'

const path = await providePrometheus((line) => process.stdout.write(`${line}\n`))
process.stdout.write(`Prometheus is ${path}\n`)
