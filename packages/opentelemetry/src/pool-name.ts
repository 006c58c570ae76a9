const taken = new Set<string>()

/**
 * Takes a name for the metrics of a pool that no other instrumented pool of the process has: its `poolName`, and for a second
 * pool with the same `poolName` also its number, `name-2`.
 */
export function takeName(poolName: string): string {
  let name = poolName
  for (let number = 2; taken.has(name); number += 1) name = `${poolName}-${number}`
  taken.add(name)
  return name
}

export function giveBackName(name: string): void {
  taken.delete(name)
}
