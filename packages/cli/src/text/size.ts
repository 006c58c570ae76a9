/** What a stream says of its terminal. */
export interface SaidSize {
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

/** The size of a terminal in characters. Some terminals, as those that build servers provide, say 0, or nothing at all. */
export function sizeOf({ columns, rows }: SaidSize): { readonly columns: number; readonly rows: number } {
  return { columns: columns || 100, rows: rows || 24 }
}
