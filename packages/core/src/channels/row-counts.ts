/** Numbers of rows of an answer. Each is undefined where the answer has no rows of its kind. */
export interface RowCounts {
  readonly rows: number | undefined
  readonly affectedRows: number | undefined
}

/** Counts the rows of an answer, in all of its results together. */
export function rowCounts(result: unknown, fields: readonly unknown[] | undefined): RowCounts {
  // With several results, `fields` has a list of columns for each, and undefined for a result without rows.
  const isSeveral = fields !== undefined && fields.some((one) => one === undefined || Array.isArray(one))
  const results: readonly unknown[] = isSeveral && Array.isArray(result) ? result : [result]
  let rows: number | undefined
  let affectedRows: number | undefined
  for (const one of results) {
    if (Array.isArray(one)) rows = (rows ?? 0) + one.length
    else if (hasAffectedRows(one)) affectedRows = (affectedRows ?? 0) + one.affectedRows
  }
  return { rows, affectedRows }
}

function hasAffectedRows(result: unknown): result is { readonly affectedRows: number } {
  return (
    typeof result === 'object' && result !== null && 'affectedRows' in result && typeof result.affectedRows === 'number'
  )
}
