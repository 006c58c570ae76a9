import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits for something, but not for ever. Resolves to whether it came within `timeout` milliseconds; rejects when it
 * fails by then, or when the signal asks to stop waiting.
 */
export async function within(awaited: Promise<unknown>, timeout: number, signal?: AbortSignal): Promise<boolean> {
  const waiting = new AbortController()
  const signals = signal ? [waiting.signal, signal] : [waiting.signal]
  const timer = sleep(timeout, false, { signal: AbortSignal.any(signals) })
  try {
    return await Promise.race([awaited.then(() => true), timer])
  } finally {
    waiting.abort()
  }
}
