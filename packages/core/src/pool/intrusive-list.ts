/** What can be in a list, and in one list at most: the links are its own. */
export class ListElement<T extends ListElement<T>> {
  /** The list that it is in; only lists change these three. */
  list: IntrusiveList<T> | undefined = undefined
  previous: T | undefined = undefined
  next: T | undefined = undefined
}

/**
 * A list whose links are its elements' own: joining, and leaving from any place, cost the same at ten elements and at ten
 * thousand, and allocate nothing. From the oldest element, which came first, to the newest.
 */
export class IntrusiveList<T extends ListElement<T>> {
  #oldest: T | undefined
  #newest: T | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  get oldest(): T | undefined {
    return this.#oldest
  }

  get newest(): T | undefined {
    return this.#newest
  }

  add(element: T): void {
    const last = this.#newest
    element.list = this
    element.previous = last
    if (last === undefined) this.#oldest = element
    else last.next = element
    this.#newest = element
    this.#size += 1
  }

  remove(element: T): void {
    if (element.list !== this) return
    const { previous, next } = element
    if (previous === undefined) this.#oldest = next
    else previous.next = next
    if (next === undefined) this.#newest = previous
    else next.previous = previous
    element.list = undefined
    element.previous = undefined
    element.next = undefined
    this.#size -= 1
  }

  /** From the oldest to the newest; the element at hand may leave meanwhile. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let element = this.#oldest; element !== undefined;) {
      const { next } = element
      yield element
      element = next
    }
  }
}
