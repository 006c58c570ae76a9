/** The number of the membership that a node saved in `gvwstate.dat`; later memberships have higher numbers. */
export function savedViewNumber(text: string): number | undefined {
  const number = /^view_id:\s*\d+\s+\S+\s+(\d+)/m.exec(text)?.[1]
  return number === undefined ? undefined : Number(number)
}

/**
 * After a crash of the whole cluster: which nodes were together in its last membership, by index. They find each other
 * again once all of them run; a node that had been left behind before joins afterwards.
 */
export function lastMembership(savedViews: readonly string[]): readonly number[] {
  const numbers = savedViews.map(savedViewNumber)
  const latest = Math.max(...numbers.filter((number) => number !== undefined))
  return numbers.flatMap((number, index) => (number === latest ? [index] : []))
}
