/** The largest number of moments of a rising list that lie within any span of so many milliseconds. */
export function busiest(moments: readonly number[], span: number): number {
  let most = 0
  let first = 0
  for (const [index, moment] of moments.entries()) {
    while ((moments[first] ?? moment) <= moment - span) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}
