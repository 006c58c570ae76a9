import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { TrialResult } from './benchmark.js'
import type { Assignment, TrialAnswer } from './trial.js'

const PROGRAM = fileURLToPath(new URL('trial-main.js', import.meta.url))
/** No trial takes nearly as long; one that does hangs. */
const TIMEOUT = 240_000

/** Measures one subject once, in a fresh process. Throws when that fails, hangs or is called off. */
export async function runTrial(
  assignment: Assignment,
  signal: AbortSignal,
  flags: readonly string[] = [],
): Promise<TrialResult> {
  const child = fork(PROGRAM, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Some peers warn at every connection; what they warn of is measured, not read.
    execArgv: ['--no-warnings', ...flags],
  })
  const exited = once(child, 'exit')
  const end = () => void child.kill('SIGKILL')
  const timer = setTimeout(end, TIMEOUT)
  signal.addEventListener('abort', end)
  let answer: TrialAnswer | undefined
  child.once('message', (message: TrialAnswer) => {
    answer = message
  })
  try {
    child.send(assignment)
    const [code, killedBy] = (await exited) as [number | null, string | null]
    signal.throwIfAborted()
    const { benchmark, subject } = assignment
    if (answer === undefined) throw new Error(`${benchmark}: the process of ${subject} ended (${code ?? killedBy})`)
    if ('failure' in answer) throw new Error(`${benchmark}: ${subject} failed: ${answer.failure}`)
    return answer.result
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}
