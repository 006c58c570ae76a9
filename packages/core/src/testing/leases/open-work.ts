/** Works that a borrower believes to be open in its transaction. */
export interface OpenWork {
  marks: number[]
  savepoint: number | undefined
  /** Whether there is a transaction at all is not known: what it holds may be committed already. */
  unsure: boolean
}

/** Nothing yet. */
export function openWork(unsure = false): OpenWork {
  return { marks: [], savepoint: undefined, unsure }
}
