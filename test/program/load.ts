import { setTimeout as sleep } from 'node:timers/promises'

export interface Load {
  /** Requests per second. */
  readonly rate: number
  readonly seconds: number
  /** Stops sending early. */
  readonly signal: AbortSignal
  /** Sends the request with this number, counted from 0; `due` is on the clock of `performance.now()`. */
  readonly send: (index: number, due: number) => void
}

/**
 * Sends requests at a steady rate, whether earlier ones have been answered or not: users do not wait for each other.
 * Resolves when the last one has been sent.
 */
export async function runLoad({ rate, seconds, signal, send }: Load): Promise<void> {
  const begin = performance.now()
  const interval = 1000 / rate
  const total = Math.round(rate * seconds)
  for (let index = 0; index < total && !signal.aborted; index += 1) {
    const due = begin + index * interval
    const wait = due - performance.now()
    if (wait > 0) await sleep(wait, undefined, { signal })
    send(index, due)
  }
}
