import type { Clock } from '../clock.js'
import { HostpoolError } from '../errors/hostpool-error.js'
import { wordsOf } from '../user-fault.js'
import type { PasswordOption } from './options.js'
import { kindOf } from './redact.js'

/** What the password function is called where it is named. */
export const PASSWORD_FUNCTION = 'the password function'

export type PasswordDone = (error: Error | null, password?: string) => void

/** One call of the function, and the connects that wait for its answer. */
interface Call {
  readonly startedAt: number
  readonly waiting: Set<PasswordDone>
}

/**
 * The password function of a pool. Connects that begin while it is at work share its answer: a token service is asked once for
 * all hosts, probes included. After it has answered it is asked anew, for its answer may be a token that expires.
 */
export class PasswordSource {
  readonly #password: Exclude<PasswordOption, string>
  readonly #clock: Clock
  readonly #patience: number
  #call: Call | undefined

  /** @param limit - milliseconds that a connect waits: a call that hangs is joined during the first half of them only */
  constructor(password: Exclude<PasswordOption, string>, limit: number, clock: Clock) {
    this.#password = password
    this.#clock = clock
    this.#patience = limit / 2
  }

  /**
   * Calls back once, never synchronously: with the password, or with ERR_HOSTPOOL_CONFIG that names the function.
   * @returns forgets the caller
   */
  ask(done: PasswordDone): () => void {
    const now = this.#clock.now()
    if (this.#call === undefined || now - this.#call.startedAt > this.#patience) this.#begin(now)
    const waiting = this.#call?.waiting
    waiting?.add(done)
    return () => waiting?.delete(done)
  }

  /** Connects from now on do not share the answer of a call that is under way: the secret may have changed since it began. */
  renew(): void {
    this.#call = undefined
  }

  #begin(startedAt: number): void {
    const call: Call = { startedAt, waiting: new Set() }
    this.#call = call
    const end: PasswordDone = (error, password) => {
      if (this.#call === call) this.#call = undefined
      for (const done of call.waiting) {
        call.waiting.delete(done)
        done(error, password)
      }
    }
    answerOf(this.#password).then(
      (password) => end(null, password),
      (error: Error) => end(error),
    )
  }
}

/** @throws ERR_HOSTPOOL_CONFIG that names the function when it fails, or answers what is no password */
async function answerOf(password: () => unknown): Promise<string> {
  let answer: unknown
  try {
    answer = await password()
  } catch (reason) {
    throw new HostpoolError('ERR_HOSTPOOL_CONFIG', `The password function failed: ${wordsOf(reason)}`, {
      cause: reason,
    })
  }
  // What the types forbid can happen all the same: a secret that is not there is undefined.
  if (typeof answer === 'string') return answer
  throw new HostpoolError(
    'ERR_HOSTPOOL_CONFIG',
    `The password function answered ${kindOf(answer)}; it has to answer a string, or a promise of one`,
  )
}
