import type { Clients } from './clients.js'

export interface Task {
  /** Which write this is; its rows carry it. */
  readonly mark: string
  /** Awaited right before what decides: COMMIT, or the write itself. Many writes are let go in one moment so. */
  readonly gate: () => Promise<void>
}

/** One of the ways in which an application writes. */
export interface Way {
  readonly name: string
  /** How many rows a write has. */
  readonly parts: number
  /** Whether the rows are one transaction. */
  readonly whole: boolean
  /** How often this way is taken, beside the others. */
  readonly weight: number
  /** Resolves or rejects as its caller is told; where each row has an answer of its own, to these answers. */
  readonly write: (clients: Clients, task: Task) => Promise<readonly PromiseSettledResult<unknown>[] | void>
}

export const INSERT = 'INSERT INTO drill_book (mark, part) VALUES (?, ?)'

/**
 * What the caller of a transaction sent without waiting is told: by its COMMIT, unless that succeeds where a statement before
 * it did not. The caller is then in doubt.
 */
export async function toldByLast(answers: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(answers)
  const last = settled.at(-1)
  if (last?.status === 'rejected') throw last.reason
  if (settled.some(({ status }) => status === 'rejected'))
    throw new Error('COMMIT succeeded after a statement that failed')
}
