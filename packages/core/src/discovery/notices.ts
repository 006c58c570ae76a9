import { printable } from '../printable.js'

/** A list of members may be long. */
const LONGEST = 4000

/** Tells the operator of a problem once, and again only when it has been away in between. */
export class Notices {
  readonly #tell: (message: string) => void
  readonly #told = new Set<string>()

  constructor(tell: (message: string) => void) {
    this.#tell = tell
  }

  /** @param subject - what it is about, whatever the words */
  problem(subject: string, message: string): void {
    if (this.#told.has(subject)) return
    this.#told.add(subject)
    this.#tell(printable(message, LONGEST))
  }

  /** Whether the operator knows. */
  told(subject: string): boolean {
    return this.#told.has(subject)
  }

  solved(subject: string): void {
    this.#told.delete(subject)
  }
}
