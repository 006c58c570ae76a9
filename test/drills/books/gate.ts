/** Holds back all that come, and lets them go in one moment. */
export class Gate {
  readonly #open: Promise<void>
  #letGo: () => void = () => undefined
  #waiting = 0

  constructor() {
    this.#open = new Promise((resolve) => {
      this.#letGo = resolve
    })
  }

  /** How many have come so far. */
  get arrived(): number {
    return this.#waiting
  }

  readonly pass = (): Promise<void> => {
    this.#waiting += 1
    return this.#open
  }

  open(): void {
    this.#letGo()
  }
}
