import type { PromiseSubject } from '../cycle/subject.js'

/** Who waits, and who waits next. */
interface Place {
  readonly resolve: (connection: object) => void
  next: Place | undefined
}

/** The least that a pool can be: some objects, and promises of them in the order of asking. */
export class BareQueue implements PromiseSubject<object> {
  readonly configuration = 'no pool: a list of objects and a queue of promises'
  readonly #free: object[]
  #first: Place | undefined
  #last: Place | undefined
  #waiting = 0

  constructor(connections: number) {
    this.#free = Array.from({ length: connections }, () => ({}))
  }

  get waiting(): number {
    return this.#waiting
  }

  acquire(): Promise<object> {
    const connection = this.#free.pop()
    if (connection !== undefined) return Promise.resolve(connection)
    return new Promise((resolve) => {
      const place: Place = { resolve, next: undefined }
      if (this.#last === undefined) this.#first = place
      else this.#last.next = place
      this.#last = place
      this.#waiting += 1
    })
  }

  release(connection: object): void {
    const place = this.#first
    if (place === undefined) {
      this.#free.push(connection)
      return
    }
    this.#first = place.next
    if (place.next === undefined) this.#last = undefined
    this.#waiting -= 1
    place.resolve(connection)
  }

  end(): Promise<void> {
    return Promise.resolve()
  }
}
