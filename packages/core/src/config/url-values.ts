import * as z from './zod.js'

import { poolSchema } from './pool-schema.js'
import type { OptionPath } from './problem.js'

type Schema = z.core.$ZodType

/** The schema of the option at a path such as `['health', 'probe']`, or undefined where there is none. */
export function schemaAt(path: OptionPath): Schema | undefined {
  return path.reduce<Schema | undefined>(
    (schema, step) => (schema === undefined ? undefined : memberOf(schema, String(step))),
    poolSchema,
  )
}

/** True when an option can only be a function, or an object of its own parts. */
export function isBeyondText(schema: Schema): boolean {
  return alternatives(schema).every((kind) => kind instanceof z.ZodCustom)
}

/**
 * The value that a text stands for, by what the option takes: a boolean, a number, a list, or the text itself. A text that
 * stands for none of these is answered as it is, for the schema to refuse.
 */
export function readText(text: string, schema: Schema): unknown {
  const kinds = alternatives(schema)
  if (text === 'true' || text === 'false') {
    const value = text === 'true'
    if (
      kinds.some((kind) => kind instanceof z.ZodBoolean || (kind instanceof z.ZodLiteral && kind.values.has(value)))
    ) {
      return value
    }
  }
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text) && kinds.some((kind) => kind instanceof z.ZodNumber)) return Number(text)
  const isText = kinds.some((kind) => kind instanceof z.ZodString || kind instanceof z.ZodEnum)
  if (!isText && kinds.some((kind) => kind instanceof z.ZodArray)) return text.split(',')
  return text
}

function memberOf(schema: Schema, name: string): Schema | undefined {
  for (const kind of alternatives(schema)) {
    if (kind instanceof z.ZodRecord) return kind.valueType
    if (kind instanceof z.ZodObject && Object.hasOwn(kind.shape, name)) {
      const member: Schema = kind.shape[name]
      return member
    }
  }
  return undefined
}

/** What an option may be, without the wrappings of defaults and the like. */
function alternatives(schema: Schema): readonly Schema[] {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodReadonly
  ) {
    return alternatives(schema.unwrap())
  }
  return schema instanceof z.ZodUnion ? schema.options.flatMap(alternatives) : [schema]
}
