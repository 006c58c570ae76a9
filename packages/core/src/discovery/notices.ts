import { printable } from '../printable.js'

/** Characters of a message at most. A list of members may be long. */
const LONGEST = 4000

/** Warns the operator of each problem once, and again if the problem was solved in between. */
export class Notices {
  readonly #tell: (message: string) => void
  readonly #told = new Set<string>()

  constructor(tell: (message: string) => void) {
    this.#tell = tell
  }

  /** Warns of a problem. @param subject - identifies the problem, also when the message changes */
  problem(subject: string, message: string): void {
    if (this.#told.has(subject)) return
    this.#told.add(subject)
    this.#tell(printable(message, LONGEST))
  }

  /** Whether there was a warning of this problem, which is not solved yet. */
  told(subject: string): boolean {
    return this.#told.has(subject)
  }

  solved(subject: string): void {
    this.#told.delete(subject)
  }
}
