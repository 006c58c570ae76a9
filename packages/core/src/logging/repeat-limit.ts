/** Milliseconds between two lines about the same. */
const PAUSE = 1000

/** Subjects that are remembered: hosts come and go. */
const MOST_SUBJECTS = 100

interface Repeated {
  saidAt: number
  omitted: number
}

/** Lets through one line a second for each subject, and counts the others. */
export class RepeatLimit {
  readonly #subjects = new Map<string, Repeated>()

  /** The number of lines that were left out since the last one, or undefined when this line is to be left out, too. */
  take(subject: string): number | undefined {
    const now = performance.now()
    const known = this.#subjects.get(subject)
    if (known === undefined) {
      if (this.#subjects.size >= MOST_SUBJECTS) this.#subjects.clear()
      this.#subjects.set(subject, { saidAt: now, omitted: 0 })
      return 0
    }
    if (now - known.saidAt < PAUSE) {
      known.omitted += 1
      return undefined
    }
    const { omitted } = known
    known.saidAt = now
    known.omitted = 0
    return omitted
  }
}
