import * as z from './zod.js'

/** Milliseconds: the longest timer of Node. A longer one would fire at once. */
const longestTimer = 2_147_483_647

/**
 * A whole number. In all kinds of this file, the error text given to zod is the description of the allowed values. The list of
 * problems adds the rest of the message.
 */
export function wholeNumber(least: number, most?: number): z.ZodMiniNumberFormat {
  const error = most === undefined ? `a whole number, ${least} or more` : `a whole number from ${least} to ${most}`
  return z.int({ error }).check(z.minimum(least, { error }), z.maximum(most ?? Number.MAX_SAFE_INTEGER, { error }))
}

/** A port. A string of digits, as in an environment variable, is converted to a number before the check. */
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

/** A string with at least one character that is not white space. */
export function name(): z.ZodMiniString<string> {
  const error = 'a string that is not empty'
  return z.string({ error }).check(z.regex(/\S/, { error }))
}

export function oneOf<const T extends readonly string[]>(...values: T): z.ZodMiniEnum<{ [K in T[number]]: K }> {
  return z.enum(values, { error: listed(values) })
}

/**
 * An object of names and values. Objects and lists are read-only in their types only. zod's `readonly` also freezes a refused
 * object, which belongs to the caller, and throws if the object cannot be frozen. The configuration is frozen as a whole.
 */
export function recordOf<T>(
  names: z.core.$ZodRecordKey,
  values: z.ZodMiniType<T, T>,
  allowed: string,
): z.ZodMiniType<Readonly<Record<string, T>>, Readonly<Record<string, T>>> {
  return z.record(names, values, { error: allowed })
}

/** An array of any length. The union around it has the error text. */
export function listOf<Given, Value>(
  entry: z.ZodMiniType<Value, Given>,
): z.ZodMiniType<readonly Value[], readonly Given[]> {
  return z.array(entry)
}

/** A function. Its parameters and its result cannot be checked before it is called. */
export function callback<F>(): z.ZodMiniCustom<F, F> {
  return z.custom<F>((value) => typeof value === 'function', { error: 'a function' })
}

/** A list in words: `'a', 'b' or 'c'`. */
function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`)
  const last = quoted.pop() ?? ''
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`
}
