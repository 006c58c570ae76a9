import * as z from './zod.js'

import { HostpoolError } from '../errors/hostpool-error.js'
import { flag, milliseconds, oneOf } from './option-kinds.js'
import { decodingSchema, decodingTable } from './option-table/decoding-options.js'
import { problemList } from './problem.js'
import { problemsOf } from './read-options.js'
import { retryOption, retryShape } from './retry-options.js'
import { redact } from './redact.js'

const leaseShape = {
  access: z.optional(oneOf('read', 'write')),
  signal: z.optional(z.custom<AbortSignal>(isSignal, { error: 'an AbortSignal' })),
  acquireTimeout: z.optional(milliseconds(0)),
  // What is in it is looked at where it is completed with the pool's, once for each object.
  decoding: z.optional(z.unknown()),
}

const startShape = {
  isolationLevel: z.optional(oneOf('READ UNCOMMITTED', 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE')),
  readOnly: z.optional(flag()),
}

const decodingOnly = z.strictObject({ decoding: decodingSchema })

/** What each call of a pool or a lease takes besides its work or its statement. */
const calls = {
  getConnection: z.strictObject(leaseShape, { error: 'an object { access, acquireTimeout, … }' }),
  transaction: z.strictObject(
    { ...leaseShape, ...startShape, retry: retryOption },
    { error: 'an object { isolationLevel, … }' },
  ),
  withRetry: z.strictObject({ retry: retryOption }),
  check: z.strictObject({ timeout: z.optional(milliseconds(1)) }, { error: 'an object { timeout }' }),
  beginTransaction: z.strictObject(startShape, { error: 'an object { isolationLevel, readOnly }' }),
}

/** Objects that were sound and cannot change: adapters borrow with the same ones again and again. */
const sound: Readonly<Record<keyof typeof calls, WeakSet<object>>> = {
  getConnection: new WeakSet(),
  transaction: new WeakSet(),
  withRetry: new WeakSet(),
  check: new WeakSet(),
  beginTransaction: new WeakSet(),
}

/**
 * Checks what a call was given, before anything is taken for it; once for an object that is frozen.
 * @throws ERR_HOSTPOOL_UNSUPPORTED that names every fault
 */
export function checkCall(call: keyof typeof calls, given: object): void {
  if (sound[call].has(given)) return
  check(`What ${call}() was given`, calls[call], given)
  if (Object.isFrozen(given)) sound[call].add(given)
}

/**
 * Checks the function that a call is to run, before anything is checked out for it.
 * @throws ERR_HOSTPOOL_UNSUPPORTED
 */
export function checkWork(call: 'withConnection' | 'transaction', work: unknown): void {
  if (typeof work === 'function') return
  const example = `pool.${call}(async (connection) => { … })`
  throw new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    `${call}() takes a function first and got ${redact(work, [])}; call it like ${example}`,
  )
}

/**
 * Checks how values are to be decoded.
 * @throws ERR_HOSTPOOL_UNSUPPORTED that names every fault
 */
export function checkDecoding(given: unknown): void {
  check('A decoding', decodingOnly, { decoding: given })
}

function check(what: string, schema: z.ZodMiniObject, given: unknown): void {
  const { error } = schema.safeParse(given)
  if (error === undefined) return
  const names = ([option]: readonly unknown[]): readonly string[] => Object.keys(shapeOf(schema, option))
  const problems = error.issues.flatMap((issue) => problemsOf(issue, [], given, names))
  throw new HostpoolError('ERR_HOSTPOOL_UNSUPPORTED', problemList(what, problems))
}

function shapeOf(schema: z.ZodMiniObject, option: unknown): object {
  if (option === 'decoding') return decodingTable
  return option === 'retry' ? retryShape : schema.shape
}

/** By what it can do: a test runner may give each file globals of its own. */
function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
}
