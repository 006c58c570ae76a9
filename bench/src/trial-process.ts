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
  readonly #flags: readonly string[]
  #child: ChildProcess | undefined
  #exited: Promise<unknown[]> | undefined
  #answer: TrialAnswer | undefined

  constructor(assignment: Assignment, flags: readonly string[] = []) {
    this.#assignment = assignment
    this.#flags = flags
  }

  /** Gives it a turn, at first that in which it starts. Resolves to whether it wants another one. */
  async proceed(): Promise<boolean> {
    const timer = setTimeout(() => this.end(), TIMEOUT)
    try {
      const begun = this.#child !== undefined
      const child = (this.#child ??= this.#start())
      const exited = (this.#exited ??= once(child, 'exit'))
      const message = once(child, 'message')
      // Should it be gone already, its end is what there is to hear of.
      child.send(begun ? GO : this.#assignment, () => undefined)
      const [said] = (await Promise.race([message, exited])) as [TrialAnswer | typeof WAITING | number | null]
      if (said === WAITING) return true
      if (typeof said === 'object' && said !== null) this.#answer = said
      await exited
      return false
    } finally {
      clearTimeout(timer)
    }
  }

  /** What it has found; throws when that is nothing. */
  get result(): TrialResult {
    const { benchmark, subject } = this.#assignment
    if (this.#answer === undefined) {
      const how = this.#child?.exitCode ?? this.#child?.signalCode
      throw new Error(`${benchmark}: the process of ${subject} ended (${how})`)
    }
    if ('failure' in this.#answer) throw new Error(`${benchmark}: ${subject} failed: ${this.#answer.failure}`)
    return this.#answer.result
  }

  end(): void {
    this.#child?.kill('SIGKILL')
  }

  #start(): ChildProcess {
    return fork(PROGRAM, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // As an application runs: Prisma's client, for one, takes a stack trace at each request otherwise.
      env: { ...process.env, NODE_ENV: 'production' },
      // Some peers warn at every connection; what they warn of is measured, not read.
      execArgv: ['--no-warnings', ...this.#flags],
    })
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
