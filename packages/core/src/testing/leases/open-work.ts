/** The work that a borrower takes to be open in its transaction. */
export interface OpenWork {
  marks: number[]
  savepoint: number | undefined
  /** Whether the transaction itself is in doubt: its work may be committed already. */
  unsure: boolean
}

/** Open work without any marks yet. */
export function openWork(unsure = false): OpenWork {
  return { marks: [], savepoint: undefined, unsure }
}
