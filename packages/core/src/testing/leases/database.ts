/** The committed data of the cluster, the same on all servers: the number of times that each mark is there. */
export class Database {
  readonly #counts = new Map<number, number>()
  #ids = 0

  commit(marks: readonly number[]): void {
    for (const mark of marks) this.#counts.set(mark, (this.#counts.get(mark) ?? 0) + 1)
  }

  count(mark: number): number {
    return this.#counts.get(mark) ?? 0
  }

  nextId(): number {
    this.#ids += 1
    return this.#ids
  }
}
