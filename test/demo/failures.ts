import { isHostpoolError } from '@mysql-hostpool/core'
import { Outcome } from './ledger.js'

/** An error and everything it was made from, outermost first: libraries wrap what the pool tells them. */
export function errorChain(error: unknown): readonly Error[] {
  const chain: Error[] = []
  const pending = [error]
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    if (!(next instanceof Error) || chain.includes(next)) continue
    chain.push(next)
    pending.push(...innerErrors(next))
  }
  return chain
}

function innerErrors(error: Error): readonly unknown[] {
  const wrapper: Error & { driverError?: unknown; original?: unknown; meta?: unknown } = error
  const { meta } = wrapper
  const adapterError =
    typeof meta === 'object' && meta !== null && 'driverAdapterError' in meta ? meta.driverAdapterError : undefined
  return [wrapper.driverError, adapterError, wrapper.original, wrapper.cause].filter((inner) => inner !== undefined)
}

/** What the error of a write says about it. */
export function outcomeOfFailure(error: unknown): Outcome {
  const unknown = errorChain(error).some(
    (each) => isHostpoolError(each) && each.code === 'ERR_HOSTPOOL_OUTCOME_UNKNOWN',
  )
  return unknown ? Outcome.Unknown : Outcome.Failed
}

/** Codes and messages from the outside to the inside, for one who wants to know why. */
export function describeError(error: unknown): string {
  const chain = errorChain(error)
  if (chain.length === 0) return String(error)
  const parts = chain.map((each) => ({ code: codeOf(each), text: lastLine(each.message) }))
  return (
    parts
      // A wrapper that says no more than what it wraps is left out.
      .filter(({ code, text }, index) => {
        const inner = parts[index + 1]
        return inner === undefined || code !== inner.code || !text.endsWith(inner.text)
      })
      .map(({ code, text }) => `${code}: ${text}`)
      .join(' <- ')
  )
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Prisma puts the call it was made with before the message itself. */
function lastLine(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  return lines.findLast((line) => line !== '') ?? ''
}
