import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { within } from '../program/within.js'
import type { Answer, Assignment, Burst, Order } from './messages.js'
import type { SubjectRecord } from './record.js'
import type { SubjectName } from './subjects/subject.js'

// Tests run this file as it was written, where Node.js needs what was built from the other one.
const PROGRAM = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../dist/drills/worker.js' : 'worker.js', import.meta.url),
)
const SET_UP = 60_000
/** Last answers and the end of a pool are bounded in the process itself; this is for a process that hangs as a whole. */
const LAST_WORDS = 90_000
/** A process that is done ends by itself, unless a timer or a connection was left behind. */
const OWN_END = 3_000

/** The process of one pool, as the drill sees it. */
export class WorkerProcess implements AsyncDisposable {
  readonly name: SubjectName
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #answers: Answer[] = []
  #heard: () => void = () => undefined

  constructor(assignment: Assignment) {
    this.name = assignment.subject
    this.#child = fork(PROGRAM, {
      // Whatever this process was started with, the other one runs what is built.
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#exited = once(this.#child, 'exit')
    this.#child.on('message', (answer: Answer) => {
      this.#answers.push(answer)
      this.#heard()
    })
    this.#child.on('exit', () => this.#heard())
    this.#tell({ type: 'setUp', assignment })
  }

  /** Resolves to its configuration when it is ready for load. */
  async ready(signal: AbortSignal): Promise<string> {
    const answer = await this.#next(SET_UP, signal)
    if (answer.type !== 'ready') throw new Error(`${this.name} is not ready but ${answer.type}`)
    return answer.configuration
  }

  load(): void {
    this.#tell({ type: 'load' })
  }

  burst(burst: Burst): void {
    this.#tell({ type: 'burst', burst })
  }

  /** Keeps the event loop of the process busy. */
  block(milliseconds: number): void {
    this.#tell({ type: 'block', milliseconds })
  }

  /** Stops the process as it stands (SIGSTOP), until `resume`. */
  suspend(): void {
    this.#child.kill('SIGSTOP')
  }

  resume(): void {
    this.#child.kill('SIGCONT')
  }

  /** Ends the load. */
  async stop(signal: AbortSignal): Promise<SubjectRecord> {
    this.#tell({ type: 'stop' })
    const answer = await this.#next(LAST_WORDS, signal)
    if (answer.type !== 'done') throw new Error(`${this.name} is not done but ${answer.type}`)
    const { record } = answer
    const ended = await within(this.#exited, OWN_END, signal)
    if (ended) return record
    return { ...record, leaks: [...record.leaks, 'a timer or a connection kept the process alive'] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  #tell(order: Order): void {
    if (this.#child.connected) this.#child.send(order)
  }

  async #next(timeout: number, signal: AbortSignal): Promise<Answer> {
    const heard = new Promise<void>((resolve) => {
      this.#heard = resolve
    })
    if (this.#answers.length === 0) await within(heard, timeout, signal)
    const answer = this.#answers.shift()
    if (answer?.type === 'failed') throw new Error(`${this.name}: ${answer.message}`)
    if (answer) return answer
    const { exitCode, signalCode } = this.#child
    const ended = exitCode ?? signalCode
    throw new Error(
      ended === null
        ? `${this.name} did not answer within ${timeout} ms`
        : `the process of ${this.name} ended (${ended})`,
    )
  }
}
