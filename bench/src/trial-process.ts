import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { TrialResult } from './benchmark.js'
import { type Assignment, GO, type TrialAnswer, WAITING } from './trial.js'

const PROGRAM = fileURLToPath(new URL('trial-main.js', import.meta.url))
/** No turn takes nearly as long; one that does hangs. */
const TIMEOUT = 240_000

/** The fresh process in which one subject is measured once. It works only while it has its turn. */
export class TrialProcess {
  readonly #assignment: Assignment
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown[]>
  #begun = false
  #answer: TrialAnswer | undefined

  constructor(assignment: Assignment, flags: readonly string[] = []) {
    this.#assignment = assignment
    this.#child = fork(PROGRAM, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Some peers warn at every connection; what they warn of is measured, not read.
      execArgv: ['--no-warnings', ...flags],
    })
    this.#exited = once(this.#child, 'exit')
  }

  /** Gives it a turn. Resolves to whether it wants another one; throws when it fails or hangs. */
  async proceed(): Promise<boolean> {
    const timer = setTimeout(() => this.end(), TIMEOUT)
    try {
      const message = once(this.#child, 'message')
      // Should it be gone already, its end is what there is to hear of.
      this.#child.send(this.#begun ? GO : this.#assignment, () => undefined)
      this.#begun = true
      const [said] = (await Promise.race([message, this.#exited])) as [TrialAnswer | typeof WAITING | number | null]
      if (said === WAITING) return true
      if (typeof said === 'object' && said !== null) this.#answer = said
      await this.#exited
      return false
    } finally {
      clearTimeout(timer)
    }
  }

  /** What it has found; throws when that is nothing. */
  get result(): TrialResult {
    const { benchmark, subject } = this.#assignment
    if (this.#answer === undefined) {
      const { exitCode, signalCode } = this.#child
      throw new Error(`${benchmark}: the process of ${subject} ended (${exitCode ?? signalCode})`)
    }
    if ('failure' in this.#answer) throw new Error(`${benchmark}: ${subject} failed: ${this.#answer.failure}`)
    return this.#answer.result
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}

/**
 * Lets trials take turns until all have ended, and resolves to their results, in their order. Each begins by itself, for
 * starting takes what the others are measured by.
 */
export async function takeTurns(trials: readonly TrialProcess[], signal: AbortSignal): Promise<readonly TrialResult[]> {
  const end = () => trials.forEach((trial) => trial.end())
  signal.addEventListener('abort', end)
  try {
    let waiting = trials
    while (waiting.length > 0) {
      const more: TrialProcess[] = []
      for (const trial of waiting) if (await trial.proceed()) more.push(trial)
      signal.throwIfAborted()
      // Forth and back, so that nobody always follows the same neighbour.
      waiting = more.toReversed()
    }
    return trials.map(({ result }) => result)
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
