import type * as z from './zod.js'

import { unknownName } from './known-names.js'
import { poolTable } from './option-table/pool-options.js'
import type { PoolValues } from './option-table/pool-options.js'
import { nestedTables } from './option-tables.js'
import { poolSchema } from './pool-schema.js'
import type { Checked, OptionPath, Problem } from './problem.js'
import { shownText, redact } from './redact.js'

type Issue = z.core.$ZodIssue

/**
 * Checks each option by itself and fills in the fixed defaults. Faulty options are left out of the result. The other options can
 * still be compared with each other, so that one error reports all problems.
 */
export function readOptions(given: Readonly<Record<string, unknown>>): Checked<PoolValues> {
  const parsed = poolSchema.safeParse(given)
  if (parsed.success) return { value: parsed.data, problems: [] }
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, [], given, namesAt))
  const faulty = new Set(
    parsed.error.issues.flatMap((issue): readonly PropertyKey[] =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : issue.path.slice(0, 1),
    ),
  )
  const sound = Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.has(name)))
  return { value: poolSchema.parse(sound), problems }
}

/**
 * Turns an issue of zod into problems.
 * @param names - the known options at a path, for a suggestion
 */
export function problemsOf(
  issue: Issue,
  base: OptionPath,
  given: unknown,
  names: (path: OptionPath) => readonly string[],
): Problem[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, readableName(key)], message: unknownName(key, names(path)) }))
  }
  if (issue.code === 'invalid_union') {
    // One alternative of the union fits the value except for faults inside. These faults say more than the list of alternatives.
    const inside = issue.errors.find((issues) =>
      issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
    )
    if (inside !== undefined) return inside.flatMap((deeper) => problemsOf(deeper, path, given, names))
  }
  const value = valueAt(given, path)
  return [{ path, message: `got ${redact(value, path)}; expected ${issue.message}${remedy(value, issue.message)}` }]
}

function remedy(value: unknown, allowed: string): string {
  if (value === null) return '; leave the option out where there is nothing to say'
  if (typeof value === 'string' && /^\s*\d+\s*$/.test(value) && /whole|number/.test(allowed)) {
    return '; convert it with Number(…)'
  }
  return ''
}

/** An unknown name for a message. A name of ordinary characters is shown as it is; any other one may be a misplaced secret. */
function readableName(key: string): string {
  return /^[\w.-]{1,60}$/.test(key) ? key : shownText(key)
}

function namesAt([option]: OptionPath): readonly string[] {
  if (option === undefined) return Object.keys(poolTable)
  return Object.hasOwn(nestedTables, option) ? Object.keys(nestedTables[option] ?? {}) : []
}

function valueAt(root: unknown, path: OptionPath): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    root,
  )
}
