import { constants } from 'node:os'
import { errorMessage } from '../cluster/error-text.js'
import { runDemo } from './demo.js'
import { type DemoOptions, readOptions, USAGE, UsageError } from './options.js'

/** After a signal everything ends within this many milliseconds, in order or not. */
const LAST_RESORT = 8_000

const stopping = new AbortController()
let interruptedStatus: number | undefined

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const status = 128 + constants.signals[signal]
    // Whoever asks twice does not want to wait; servers end with this process.
    if (interruptedStatus !== undefined) process.exit(status)
    interruptedStatus = status
    process.stderr.write('\nstopping\n')
    setTimeout(() => process.exit(status), LAST_RESORT).unref()
    stopping.abort()
  })
}

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  let options: DemoOptions | 'help'
  try {
    options = readOptions(args, process.env)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n\n${USAGE}`)
    return 2
  }
  if (options === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  try {
    const good = await runDemo(options, (text) => void process.stdout.write(text), stopping.signal)
    return interruptedStatus ?? (good ? 0 : 1)
  } catch (error) {
    if (interruptedStatus !== undefined) return interruptedStatus
    process.stderr.write(`${errorMessage(error)}\n`)
    return 1
  }
}
