/**
 * What becomes of the value of an option: it is copied into the pool's configuration, or into what a connection is opened with,
 * or into how values are decoded. `apart`: `resolveConfig` makes something else of it. It counts in the pool's own table only.
 */
export type OptionPart = 'pool' | 'connection' | 'decoding' | 'apart'

/**
 * One row of a table of options. Its doc comment is what editors show, and its first sentence is what the README says. The type
 * of the schema is left out, for zod is not installed beside this package.
 */
export interface Option<Given, Value, Part extends OptionPart> {
  /** zod's. */
  readonly schema: object
  readonly part: Part
  /** As a reader is told it; undefined where leaving the option out just leaves it out. */
  readonly shownDefault: string | undefined
  /** One of mysql2's that means what it means there, so that its name says enough. */
  readonly fromMysql2: boolean
  /** Never there. What the option takes, and what is read from it. */
  readonly types?: { readonly given: Given; readonly value: Value }
}

/** Options by their names. */
export type OptionTable = Readonly<Record<string, Option<unknown, unknown, OptionPart>>>

type Given<Row> = Row extends Option<infer Type, unknown, OptionPart> ? Type : never
type Value<Row> = Row extends Option<unknown, infer Type, OptionPart> ? Type : never

/** An object of the options of a table, as it is given. */
export type OptionsOf<Table> = {
  readonly [Name in keyof Table as undefined extends Given<Table[Name]> ? Name : never]?: Given<Table[Name]>
} & { readonly [Name in keyof Table as undefined extends Given<Table[Name]> ? never : Name]: Given<Table[Name]> }

/** The same as it is read: each value checked by itself, and the fixed defaults filled in. */
export type ValuesOf<Table> = { readonly [Name in keyof Table]: Value<Table[Name]> }

/** Those of one part. */
export type PartOf<Table, Part extends OptionPart> = {
  readonly [Name in keyof Table as Table[Name] extends Option<unknown, unknown, Part> ? Name : never]: Value<
    Table[Name]
  >
}
