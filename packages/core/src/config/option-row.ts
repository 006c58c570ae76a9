import * as z from './zod.js'

import type { Option, OptionPart, OptionsOf, OptionTable, ValuesOf } from './option.js'

/** The values that an option takes, and what they are read as. */
export type Kind<Given, Value = Given> = z.ZodMiniType<Value, Given>

type AnyKind = z.core.$ZodType

/** A default that depends on something else, in words. What it comes to is computed where the configuration is put together. */
interface InWords {
  readonly words: string
}

export function inWords(words: string): InWords {
  return new Words(words)
}

/** A class, so that no default that is an object is taken for one. */
class Words implements InWords {
  readonly words: string

  constructor(words: string) {
    this.words = words
  }
}

/** For an option that is just left out. */
export const none = undefined

type Optional<K extends AnyKind, Part extends OptionPart> = Option<
  z.input<K> | undefined,
  z.output<K> | undefined,
  Part
>
type Defaulted<K extends AnyKind, Part extends OptionPart> = Option<z.input<K> | undefined, z.output<K>, Part>

/** A row: what the option takes, its default, and what its value is a part of. */
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

/** The row of an option that mysql2 has, and that means the same there. */
export function mysql2Option<Given, Value, Part extends OptionPart>(
  row: Option<Given, Value, Part>,
): Option<Given, Value, Part> {
  return { ...row, fromMysql2: true }
}

/** The row of an option that cannot be left out. */
export function required<K extends AnyKind>(kind: K): Option<z.input<K>, z.output<K>, 'apart'> {
  return { schema: kind, part: 'apart', shownDefault: undefined, fromMysql2: false }
}

/**
 * The row of an option that is an object of options, each of which has its default also when the object is left out.
 * @param empty - an object of none of them, by which the compiler sees that none is required
 */
export function section<Given, Value>(
  kind: Kind<Given, Value>,
  empty: NoInfer<Given>,
): Option<Given | undefined, Value, 'apart'> {
  const schema = z.prefault(kind, empty)
  return { schema, part: 'apart', shownDefault: 'the defaults of its parts', fromMysql2: false }
}

/** What checks an object of the options of a table, and refuses any other name. */
export function schemaOf<const Table extends OptionTable>(
  table: Table,
  error?: string,
): Kind<OptionsOf<Table>, ValuesOf<Table>> {
  const shape = Object.fromEntries(Object.entries(table).map(([name, { schema }]) => [name, schema as AnyKind]))
  const schema = z.strictObject(shape, error === undefined ? undefined : { error })
  // Rows do not name the types of their schemas; they carry what these take and answer.
  return schema as unknown as Kind<OptionsOf<Table>, ValuesOf<Table>>
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
