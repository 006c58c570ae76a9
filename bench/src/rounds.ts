/**
 * The order of one round, in which every subject has its turn. Each round begins one further on, so that nobody always runs
 * first, or always after the same neighbour's warm caches and hot processor.
 */
export function orderOf<T>(subjects: readonly T[], round: number): readonly T[] {
  const first = subjects.length === 0 ? 0 : round % subjects.length
  return [...subjects.slice(first), ...subjects.slice(0, first)]
}
