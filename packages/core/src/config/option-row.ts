import * as z from './zod.js'

import type { Option, OptionPart, OptionsOf, OptionTable, ValuesOf } from './option.js'

/** The schema of the values that an option takes, and of the values that result. */
export type Kind<Given, Value = Given> = z.ZodMiniType<Value, Given>

type AnyKind = z.core.$ZodType

/** A default that depends on something else, in words. `resolveConfig` computes its value. */
interface InWords {
  readonly words: string
}

export function inWords(words: string): InWords {
  return new Words(words)
}

/** A class, so that `instanceof` tells these words from a default that is an object. */
class Words implements InWords {
  readonly words: string

  constructor(words: string) {
    this.words = words
  }
}

/** The default of an option that has none. */
export const none = undefined

type Optional<K extends AnyKind, Part extends OptionPart> = Option<
  z.input<K> | undefined,
  z.output<K> | undefined,
  Part
>
type Defaulted<K extends AnyKind, Part extends OptionPart> = Option<z.input<K> | undefined, z.output<K>, Part>

/** Makes the row of an option: the schema, the default, and the part of the configuration that gets the value. */
export function option<K extends AnyKind, Part extends OptionPart = 'pool'>(
  kind: K,
  fallback: InWords | undefined,
  part?: Part,
): Optional<K, Part>
export function option<K extends AnyKind, Part extends OptionPart = 'pool'>(
  kind: K,
  fallback: z.output<K>,
  part?: Part,
): Defaulted<K, Part>
export function option(
  kind: AnyKind,
  fallback: unknown,
  part: OptionPart = 'pool',
): Option<unknown, unknown, OptionPart> {
  if (fallback === undefined || fallback instanceof Words) {
    return { schema: z.optional(kind), part, shownDefault: fallback?.words, fromMysql2: false }
  }
  return { schema: z.withDefault(kind, fallback), part, shownDefault: shown(fallback), fromMysql2: false }
}

/** Marks the row of an option that means the same in mysql2. */
export function mysql2Option<Given, Value, Part extends OptionPart>(
  row: Option<Given, Value, Part>,
): Option<Given, Value, Part> {
  return { ...row, fromMysql2: true }
}

/** Makes the row of an option that cannot be left out. */
export function required<K extends AnyKind>(kind: K): Option<z.input<K>, z.output<K>, 'apart'> {
  return { schema: kind, part: 'apart', shownDefault: undefined, fromMysql2: false }
}

/**
 * Makes the row of an option that is an object of options. If the object is left out, each of its options has its default.
 * @param empty - an empty object, by which the compiler checks that none of these options is required
 */
export function section<Given, Value>(
  kind: Kind<Given, Value>,
  empty: NoInfer<Given>,
): Option<Given | undefined, Value, 'apart'> {
  const schema = z.prefault(kind, empty)
  return { schema, part: 'apart', shownDefault: 'the defaults of its parts', fromMysql2: false }
}

/** Makes the schema of an object with the options of a table. The schema refuses any other name. */
export function schemaOf<const Table extends OptionTable>(
  table: Table,
  error?: string,
): Kind<OptionsOf<Table>, ValuesOf<Table>> {
  const shape = Object.fromEntries(Object.entries(table).map(([name, { schema }]) => [name, schema as AnyKind]))
  const schema = z.strictObject(shape, error === undefined ? undefined : { error })
  // A row has no type for its schema, but the types of the values that the schema takes and gives.
  return schema as unknown as Kind<OptionsOf<Table>, ValuesOf<Table>>
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
