/** What an ORM is asked to do; each operation is told which caller asks. */
export interface OrmSubject {
  readonly configuration: string
  readonly operations: Readonly<Record<string, (caller: number) => Promise<unknown>>>
  end(): Promise<void>
}
