/**
 * How many transactions a position in the history stands for. MariaDB's is `domain-server-number` of the last one, where one
 * domain is used; MySQL's is a set of intervals for each server that the transactions came from.
 */
export function transactionsIn(position: string): number {
  if (position.trim() === '') return 0
  const last = /^\d+-\d+-(\d+)$/.exec(position.trim())?.[1]
  if (last !== undefined) return Number(last)
  return position
    .split(',')
    .flatMap((set) => set.trim().split(':').slice(1))
    .map((interval) => interval.split('-').map(Number))
    .reduce((sum, [from = NaN, to = from]) => sum + to - from + 1, 0)
}
