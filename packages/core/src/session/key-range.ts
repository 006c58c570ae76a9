/**
 * The range of all keys that LAST_INSERT_ID() of a session may return. The server reports keys without saying which of them
 * LAST_INSERT_ID() returns: a key that the statement itself gave is reported, and not kept.
 */
export class KeyRange {
  #least = Infinity
  #most = -Infinity
  /** Statements may have generated keys without reporting them. */
  #unknown = false

  /** @param keys - the keys that a statement may have left; undefined where nothing tells */
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

  /** Whether this key is certainly none of the keys that were added. */
  excludes(key: string): boolean {
    const number = Number(key)
    if (this.#unknown || number === 0) return false
    // Keys above the safe integers are compared without exactness, which is enough for a range.
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
