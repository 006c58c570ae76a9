/**
 * The order of one round, in which every subject has its turn. Each round begins one further on, and every other one goes
 * backwards, so that nobody always runs first, or always after the same neighbour's warm caches and hot processor.
 */
export function orderOf<T>(subjects: readonly T[], round: number): readonly T[] {
  const first = subjects.length === 0 ? 0 : round % subjects.length
  if (round % 2 === 0) return [...subjects.slice(first), ...subjects.slice(0, first)]
  return [...subjects.slice(first + 1), ...subjects.slice(0, first + 1)].toReversed()
}
