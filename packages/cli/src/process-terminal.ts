import { readFileSync } from 'node:fs'

import picocolors from 'picocolors'

import { run } from './command.js'
import type { Terminal } from './terminal.js'
import { sizeOf } from './text/size.js'

/** Milliseconds that handles have to close after the end of a command. */
const LAST_RESORT = 3_000

/**
 * Runs the command line of this process, and sets its exit status.
 * @param version - of the package, for `--version`
 */
export async function runCommand(version: string): Promise<void> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second signal ends the process at once.
      if (stopping.signal.aborted) process.exit(EXIT_INTERRUPTED)
      stopping.abort()
    })
  }
  // The reader of a pipe may close it early, as `head` does.
  process.stdout.on('error', () => stopping.abort())
  process.exitCode = await run(process.argv.slice(2), terminalOf(stopping.signal), version)
  if (stopping.signal.aborted) process.exit()
  setTimeout(() => process.exit(), LAST_RESORT).unref()
}

const EXIT_INTERRUPTED = 130

function terminalOf(signal: AbortSignal): Terminal {
  const { stdout, stderr, env } = process
  return {
    write: (text) => void stdout.write(text),
    complain: (text) => void stderr.write(text),
    interactive: stdout.isTTY && env['TERM'] !== 'dumb',
    colours: picocolors.isColorSupported,
    size: () => sizeOf(stdout),
    environment: env,
    readFile: (path) => readFileSync(path, 'utf8'),
    signal,
  }
}
