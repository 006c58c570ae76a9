/** The longest text that is remembered, in characters: longer texts seldom come back, and megabytes of them would be useless. */
const LONGEST = 10_000

/**
 * Remembers one value for each of the statements seen last, by text: applications send the same few hundred texts again and
 * again. The cache holds at least the last `limit` texts, and never more than twice as many.
 */
export class StatementCache<V> {
  readonly #limit: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(text: string): V | undefined {
    const known = this.#young.get(text)
    if (known !== undefined) return known
    const aged = this.#old.get(text)
    if (aged !== undefined) this.set(text, aged)
    return aged
  }

  set(text: string, value: V): void {
    if (text.length > LONGEST) return
    if (this.#young.size >= this.#limit && !this.#young.has(text)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, value)
  }
}
