import * as z from './zod.js'

import { poolSchema } from './pool-schema.js'
import type { OptionPath } from './problem.js'

type Schema = z.core.$ZodType

/** The schema of the option at a path such as `['health', 'probe']`; undefined where there is no such option. */
export function schemaAt(path: OptionPath): Schema | undefined {
  return path.reduce<Schema | undefined>(
    (schema, step) => (schema === undefined ? undefined : memberOf(schema, String(step))),
    poolSchema,
  )
}

/** Whether a text cannot give the value of an option: a function, for example. */
export function isBeyondText(schema: Schema): boolean {
  return alternatives(schema).every((kind) => kind instanceof z.ZodMiniCustom)
}

/**
 * Reads a text as the kind of value that the option takes: a boolean, a number, a list, or the text itself. A text that fits none
 * of these is returned unchanged, and the schema refuses it.
 */
export function readText(text: string, schema: Schema): unknown {
  const kinds = alternatives(schema)
  if (text === 'true' || text === 'false') {
    const value = text === 'true'
    if (
      kinds.some(
        (kind) =>
          kind instanceof z.ZodMiniBoolean || (kind instanceof z.ZodMiniLiteral && kind.def.values.includes(value)),
      )
    ) {
      return value
    }
  }
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text) && kinds.some((kind) => kind instanceof z.ZodMiniNumber)) return Number(text)
  const isText = kinds.some((kind) => kind instanceof z.ZodMiniString || kind instanceof z.ZodMiniEnum)
  if (!isText && kinds.some((kind) => kind instanceof z.ZodMiniArray)) return text.split(',')
  return text
}

function memberOf(schema: Schema, name: string): Schema | undefined {
  for (const kind of alternatives(schema)) {
    if (kind instanceof z.ZodMiniRecord) return kind.def.valueType
    const shape: Readonly<Record<string, Schema>> = kind instanceof z.ZodMiniObject ? kind.shape : {}
    if (Object.hasOwn(shape, name)) return shape[name]
  }
  return undefined
}

/** The alternative schemas of an option, without the wrappers for defaults and optional values. */
function alternatives(schema: Schema): readonly Schema[] {
  if (
    schema instanceof z.ZodMiniDefault ||
    schema instanceof z.ZodMiniPrefault ||
    schema instanceof z.ZodMiniOptional
  ) {
    return alternatives(schema.def.innerType)
  }
  return schema instanceof z.ZodMiniUnion ? schema.def.options.flatMap(alternatives) : [schema]
}
