import * as z from './zod.js'

/** The longest time a timer of Node can measure; a longer one would fire at once. */
const longestTimer = 2_147_483_647

/**
 * The kinds of values that options take. The text given to zod as the error is what the value is allowed to be; the message
 * around it is made where all problems are listed.
 */
export function wholeNumber(least: number, most?: number): z.ZodMiniNumberFormat {
  const error = most === undefined ? `a whole number, ${least} or more` : `a whole number from ${least} to ${most}`
  return z.int({ error }).check(z.minimum(least, { error }), z.maximum(most ?? Number.MAX_SAFE_INTEGER, { error }))
}

/** As a number, or as the digits that environment variables have, from which it is made a number before. */
export const port: z.ZodMiniType<number, number | string> = wholeNumber(1, 65_535)

export function milliseconds(least: number): z.ZodMiniNumberFormat {
  const error = `whole milliseconds from ${least} to ${longestTimer}`
  return z.int({ error }).check(z.minimum(least, { error }), z.maximum(longestTimer, { error }))
}

export function finiteNumber(least?: number): z.ZodMiniNumber<number> {
  const error = least === undefined ? 'a finite number' : `a finite number, ${least} or more`
  return z.number({ error }).check(z.minimum(least ?? Number.NEGATIVE_INFINITY, { error }))
}

export function flag(): z.ZodMiniBoolean<boolean> {
  return z.boolean({ error: 'true or false' })
}

export function text(): z.ZodMiniString<string> {
  return z.string({ error: 'a string' })
}

/** A string that says something. */
export function name(): z.ZodMiniString<string> {
  const error = 'a string that is not empty'
  return z.string({ error }).check(z.regex(/\S/, { error }))
}

export function oneOf<const T extends readonly string[]>(...values: T): z.ZodMiniEnum<{ [K in T[number]]: K }> {
  return z.enum(values, { error: listed(values) })
}

/**
 * Names and their values. Read-only for the compiler alone, here and in lists: zod's `readonly` also freezes what is refused,
 * which is the caller's, and throws where that cannot be frozen. The configuration is frozen as a whole.
 */
export function recordOf<T>(
  names: z.core.$ZodRecordKey,
  values: z.ZodMiniType<T, T>,
  allowed: string,
): z.ZodMiniType<Readonly<Record<string, T>>, Readonly<Record<string, T>>> {
  return z.record(names, values, { error: allowed })
}

/** An array of any length. What it may be is told by the union that it is a part of. */
export function listOf<Given, Value>(
  entry: z.ZodMiniType<Value, Given>,
): z.ZodMiniType<readonly Value[], readonly Given[]> {
  return z.array(entry)
}

/** A function, taken as its type says: what it takes and answers cannot be checked before it is called. */
export function callback<F>(): z.ZodMiniCustom<F, F> {
  return z.custom<F>((value) => typeof value === 'function', { error: 'a function' })
}

/** `a, b or c`, each quoted. */
function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`)
  const last = quoted.pop() ?? ''
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`
}
