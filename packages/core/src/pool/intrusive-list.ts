/** A place in a list. An element has one for each list that it may be in, and is in one list at most with it. */
export class Place<T> {
  readonly owner: T
  list: IntrusiveList<T> | undefined
  previous: Place<T> | undefined
  next: Place<T> | undefined

  constructor(owner: T) {
    this.owner = owner
  }
}

/**
 * A list whose links are its elements' own: joining, and leaving from any place, cost the same at ten elements and at ten
 * thousand, and allocate nothing. From the oldest element, which came first, to the newest.
 */
export class IntrusiveList<T> {
  #first: Place<T> | undefined
  #last: Place<T> | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  get oldest(): T | undefined {
    return this.#first?.owner
  }

  get newest(): T | undefined {
    return this.#last?.owner
  }

  add(place: Place<T>): void {
    const last = this.#last
    place.list = this
    place.previous = last
    if (last === undefined) this.#first = place
    else last.next = place
    this.#last = place
    this.#size += 1
  }

  remove(place: Place<T>): void {
    if (place.list !== this) return
    const { previous, next } = place
    if (previous === undefined) this.#first = next
    else previous.next = next
    if (next === undefined) this.#last = previous
    else next.previous = previous
    place.list = undefined
    place.previous = undefined
    place.next = undefined
    this.#size -= 1
  }

  /** From the oldest to the newest; the element at hand may leave meanwhile. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let place = this.#first; place !== undefined;) {
      const { next } = place
      yield place.owner
      place = next
    }
  }
}
