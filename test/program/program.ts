import { constants } from 'node:os'
import { errorMessage } from '../cluster/error-text.js'
import { UsageError } from './arguments.js'

/** After a signal everything ends within this many milliseconds, in order or not. */
const LAST_RESORT = 8_000

export interface Program<Options> {
  readonly usage: string
  /** Reads the command line; throws a `UsageError`. */
  readonly readOptions: (args: readonly string[]) => Options | 'help'
  /** Does the work; resolves to whether all was well, or to a status; rejects, with everything ended, once told to stop. */
  readonly run: (options: Options, write: (text: string) => void, signal: AbortSignal) => Promise<boolean | number>
}

/** Runs a program to its end, and ends it in order when a signal asks for that. Sets the exit status of this process. */
export async function runProgram<Options>(program: Program<Options>): Promise<void> {
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
  const status = await statusOf(program, stopping.signal)
  process.exitCode = interruptedStatus ?? status
}

async function statusOf<Options>(program: Program<Options>, signal: AbortSignal): Promise<number> {
  let options: Options | 'help'
  try {
    options = program.readOptions(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n\n${program.usage}`)
    return 2
  }
  if (options === 'help') {
    process.stdout.write(program.usage)
    return 0
  }
  try {
    const result = await program.run(options, (text) => void process.stdout.write(text), signal)
    return typeof result === 'number' ? result : result ? 0 : 1
  } catch (error) {
    if (!signal.aborted) process.stderr.write(`${errorMessage(error)}\n`)
    return 1
  }
}
