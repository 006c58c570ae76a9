/**
 * Between which numbers all keys lie that LAST_INSERT_ID() of a session may answer. A server does not say which of the keys that it
 * tells of is the one: of a key that a statement has given itself it tells, and does not keep it.
 */
export class KeyRange {
  #least = Infinity
  #most = -Infinity
  /** Keys may have been generated that nothing tells of. */
  #unknown = false

  /** @param keys - what a statement may have left; undefined when nothing tells */
  add(keys: readonly unknown[] | undefined): void {
    if (keys === undefined) {
      this.#unknown = true
      return
    }
    for (const key of keys) {
      const number = Number(key)
      if (!Number.isSafeInteger(number)) this.#unknown = true
      if (number < this.#least) this.#least = number
      if (number > this.#most) this.#most = number
    }
  }

  /** Whether this key is surely none of them. */
  excludes(key: string): boolean {
    const number = Number(key)
    if (this.#unknown || number === 0) return false
    // Keys beyond are not known exactly, but for this.
    return number < this.#least || number > this.#most
  }

  clear(): void {
    this.#least = Infinity
    this.#most = -Infinity
    this.#unknown = false
  }

  copy(): KeyRange {
    const copy = new KeyRange()
    copy.#least = this.#least
    copy.#most = this.#most
    copy.#unknown = this.#unknown
    return copy
  }
}
