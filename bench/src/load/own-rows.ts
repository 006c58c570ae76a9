/**
 * Rows that each caller has to itself, one after the other. Another caller's row, or its own of a moment ago on another node,
 * would be a conflict: what is measured is the pool, not the cluster's certification. Another process that takes turns with this
 * one has the same rows, and begins elsewhere.
 *
 * @param begin - where, as a part of each caller's rows
 */
export function ownRows(rows: number, callers: number, begin = Math.random()): (caller: number) => number {
  const each = Math.floor(rows / callers)
  const turns: number[] = []
  return (caller) => {
    const turn = turns[caller] ?? Math.floor(begin * each)
    turns[caller] = (turn + 1) % each
    return 1 + caller * each + turn
  }
}
