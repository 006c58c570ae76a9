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

/** Codes and messages from the outside to the inside; what was said before is not said again. */
export function describeError(error: unknown): string {
  const parts: string[] = []
  for (const each of errorChain(error)) {
    const code = codeOf(each)
    const text = lastLine(each.message)
    const outer = parts.at(-1) ?? ''
    const isSaid = parts.some((part) => part.includes(text))
    if (!isSaid) parts.push(`${code}: ${text}`)
    else if (outer !== code && !outer.startsWith(`${code}:`)) parts.push(code)
  }
  return parts.length === 0 ? String(error) : parts.join(' <- ')
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Prisma puts the call it was made with before the message itself. */
function lastLine(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  return lines.findLast((line) => line !== '') ?? ''
}
