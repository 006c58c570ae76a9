/**
 * The part of the configuration into which the value of an option is copied: the pool's own, the one of the driver's connections,
 * or the decoding. `apart`: `resolveConfig` converts the value. Only the rows of the pool's own table use the part.
 */
export type OptionPart = 'pool' | 'connection' | 'decoding' | 'apart'

/**
 * One row of a table of options. Editors show the doc comment of a row, and the README shows its first sentence. The schema has
 * no exact type, because zod is not installed beside this package.
 */
export interface Option<Given, Value, Part extends OptionPart> {
  /** A schema of zod. */
  readonly schema: object
  readonly part: Part
  /** The text of the default in the README; undefined for an option without a default. */
  readonly shownDefault: string | undefined
  /** Whether the option means the same in mysql2. The README lists such an option by name only. */
  readonly fromMysql2: boolean
  /** A field for the compiler only, always undefined: the types of the given and of the checked value. */
  readonly types?: { readonly given: Given; readonly value: Value }
}

/** Options by their names. */
export type OptionTable = Readonly<Record<string, Option<unknown, unknown, OptionPart>>>

type Given<Row> = Row extends Option<infer Type, unknown, OptionPart> ? Type : never
type Value<Row> = Row extends Option<unknown, infer Type, OptionPart> ? Type : never

/** The type of an object with the options of a table, as a caller gives it. */
export type OptionsOf<Table> = {
  readonly [Name in keyof Table as undefined extends Given<Table[Name]> ? Name : never]?: Given<Table[Name]>
} & { readonly [Name in keyof Table as undefined extends Given<Table[Name]> ? never : Name]: Given<Table[Name]> }

/** The type of the checked object: each value is checked, and the fixed defaults are filled in. */
export type ValuesOf<Table> = { readonly [Name in keyof Table]: Value<Table[Name]> }

/** The values of the options of one part. */
export type PartOf<Table, Part extends OptionPart> = {
  readonly [Name in keyof Table as Table[Name] extends Option<unknown, unknown, Part> ? Name : never]: Value<
    Table[Name]
  >
}
