import type { Clock } from '../clock.js'
import { HostpoolError } from '../errors/hostpool-error.js'
import { wordsOf } from '../user-fault.js'
import type { PasswordOption } from './options.js'
import { kindOf } from './redact.js'

/** The name of the password function in messages. */
export const PASSWORD_FUNCTION = 'the password function'

export type PasswordDone = (error: Error | null, password?: string) => void

/** One call of the password function, and the connects that wait for its result. */
interface Call {
  readonly startedAt: number
  readonly waiting: Set<PasswordDone>
}

/**
 * The password function of a pool. Connects that begin while the function runs share its result, probes included: a token service
 * is asked once for all hosts. A later connect calls the function again, because its result may be a token that expires.
 */
export class PasswordSource {
  readonly #password: Exclude<PasswordOption, string>
  readonly #clock: Clock
  readonly #patience: number
  #call: Call | undefined

  /** @param limit - milliseconds that a connect waits: a connect joins a call only within the first half of this time */
  constructor(password: Exclude<PasswordOption, string>, limit: number, clock: Clock) {
    this.#password = password
    this.#clock = clock
    this.#patience = limit / 2
  }

  /**
   * Calls `done` once, never synchronously: with the password, or with ERR_HOSTPOOL_CONFIG, which names the function.
   * @returns a function that takes `done` back
   */
  ask(done: PasswordDone): () => void {
    const now = this.#clock.now()
    if (this.#call === undefined || now - this.#call.startedAt > this.#patience) this.#begin(now)
    const waiting = this.#call?.waiting
    waiting?.add(done)
    return () => waiting?.delete(done)
  }

  /**
   * Makes later connects call the function again, even if a call is under way: the secret may have changed since this call began.
   */
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

/** Calls the password function. @throws ERR_HOSTPOOL_CONFIG, which names the function, when it fails or returns no string */
async function answerOf(password: () => unknown): Promise<string> {
  let answer: unknown
  try {
    answer = await password()
  } catch (reason) {
    throw new HostpoolError('ERR_HOSTPOOL_CONFIG', `The password function failed: ${wordsOf(reason)}`, {
      cause: reason,
    })
  }
  // The types forbid anything but a string, but a missing secret is undefined at run time.
  if (typeof answer === 'string') return answer
  throw new HostpoolError(
    'ERR_HOSTPOOL_CONFIG',
    `The password function answered ${kindOf(answer)}; it has to answer a string, or a promise of one`,
  )
}
