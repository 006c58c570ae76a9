/** How a single statement is sent, and what becomes of its session: only what is reset is cleaned by everybody alike. */
export type Manner = 'as text' | 'prepared' | 'reset on'

/** Something that statements are sent through. */
export interface QuerySubject {
  readonly configuration: string
  /** One statement on its own; resolves to the first row. */
  select(sql: string, values: readonly unknown[]): Promise<unknown>
  /** All of them on one connection. */
  transaction(statements: readonly Statement[]): Promise<void>
  end(): Promise<unknown>
}

export type Statement = readonly [sql: string, values: readonly unknown[]]
