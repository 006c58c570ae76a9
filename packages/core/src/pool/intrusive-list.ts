/** An element that can be in one list at a time: the element itself holds the links. */
export class ListElement<T extends ListElement<T>> {
  /** The list that holds the element. Only the list changes these three fields. */
  list: IntrusiveList<T> | undefined = undefined
  previous: T | undefined = undefined
  next: T | undefined = undefined
}

/**
 * A linked list whose elements hold the links. Adding an element and removing it from any place cost the same at ten elements and
 * at ten thousand, and allocate nothing. The order is that of the additions, from the oldest element to the newest.
 */
export class IntrusiveList<T extends ListElement<T>> {
  // Fields, not getters, because each checkout and each release reads them. Only the list changes them.
  oldest: T | undefined
  newest: T | undefined
  size = 0

  add(element: T): void {
    const last = this.newest
    element.list = this
    element.previous = last
    if (last === undefined) this.oldest = element
    else last.next = element
    this.newest = element
    this.size += 1
  }

  remove(element: T): void {
    if (element.list !== this) return
    const { previous, next } = element
    if (previous === undefined) this.oldest = next
    else previous.next = next
    if (next === undefined) this.newest = previous
    else next.previous = previous
    element.list = undefined
    element.previous = undefined
    element.next = undefined
    this.size -= 1
  }

  /** From the oldest element to the newest. The loop may remove its current element. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let element = this.oldest; element !== undefined;) {
      const { next } = element
      yield element
      element = next
    }
  }
}
