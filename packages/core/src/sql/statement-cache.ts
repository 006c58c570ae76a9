/** Texts longer than this seldom come back, and keeping megabytes of them would be of no use. */
const LONGEST = 10_000

/**
 * Remembers something of the statements seen last, by their text: applications say the same few hundred again and again. At
 * least `limit` of them, and never more than twice as many.
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
