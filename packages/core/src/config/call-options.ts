import * as z from './zod.js'

import { HostpoolError } from '../errors/hostpool-error.js'
import type { OptionTable } from './option.js'
import { flag, milliseconds, oneOf } from './option-kinds.js'
import { none, option, schemaOf } from './option-row.js'
import type { Kind } from './option-row.js'
import { decodingSchema } from './nested-schemas.js'
import { decodingTable } from './option-table/decoding-options.js'
import { problemList } from './problem.js'
import type { OptionPath } from './problem.js'
import { problemsOf } from './read-options.js'
import { retryOption, retryTable } from './retry-options.js'
import { redact } from './redact.js'

const leaseTable = {
  access: option(oneOf('read', 'write'), none),
  signal: option(z.custom<AbortSignal>(isSignal, { error: 'an AbortSignal' }), none),
  acquireTimeout: option(milliseconds(0), none),
  // The pool checks the content when it adds its own decoding options, once for each object.
  decoding: option(z.unknown(), none),
}

const startTable = {
  isolationLevel: option(oneOf('READ UNCOMMITTED', 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'), none),
  readOnly: option(flag(), none),
}

/** A method of a pool or a lease that takes an options object. */
type CheckedCall = 'getConnection' | 'transaction' | 'withRetry' | 'check' | 'beginTransaction'

const calls: Readonly<Record<CheckedCall, Call>> = {
  getConnection: call(leaseTable, 'an object { access, acquireTimeout, … }'),
  transaction: call({ ...leaseTable, ...startTable, retry: retryOption }, 'an object { isolationLevel, … }'),
  withRetry: call({ retry: retryOption }),
  check: call({ timeout: option(milliseconds(1), none) }, 'an object { timeout }'),
  beginTransaction: call(startTable, 'an object { isolationLevel, readOnly }'),
}

const decodingOnly: Call = {
  table: {},
  schema: z.strictObject({ decoding: decodingSchema }),
  sound: new WeakSet(),
}

interface Call {
  readonly table: OptionTable
  readonly schema: Kind<unknown>
  /** Frozen objects that have passed the check: adapters pass the same objects again and again. */
  readonly sound: WeakSet<object>
}

function call(table: OptionTable, allowed?: string): Call {
  return { table, schema: schemaOf(table, allowed), sound: new WeakSet() }
}

/**
 * Checks the options of a call before a connection is taken. A frozen object is checked once.
 * @throws ERR_HOSTPOOL_UNSUPPORTED that names every fault
 */
export function checkCall(name: CheckedCall, given: object): void {
  const { sound } = calls[name]
  if (sound.has(given)) return
  check(`What ${name}() was given`, calls[name], given)
  if (Object.isFrozen(given)) sound.add(given)
}

/**
 * Checks the function argument of a call before a connection is taken.
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
 * Checks decoding options.
 * @throws ERR_HOSTPOOL_UNSUPPORTED that names every fault
 */
export function checkDecoding(given: unknown): void {
  check('A decoding', decodingOnly, { decoding: given })
}

function check(what: string, { table, schema }: Call, given: unknown): void {
  const { error } = schema.safeParse(given)
  if (error === undefined) return
  const within: Readonly<Record<string, OptionTable>> = { decoding: decodingTable, retry: retryTable }
  const names = ([option = '']: OptionPath): readonly string[] => Object.keys(within[option] ?? table)
  const problems = error.issues.flatMap((issue) => problemsOf(issue, [], given, names))
  throw new HostpoolError('ERR_HOSTPOOL_UNSUPPORTED', problemList(what, problems))
}

/** Whether a value has the members of an AbortSignal. `instanceof` fails where a test runner gives each file its own globals. */
function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
}
