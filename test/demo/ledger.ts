/** How a write ended, as its application was told. */
export const Outcome = {
  /** No answer yet. */
  Open: 'open',
  Acknowledged: 'acknowledged',
  /** The answer was lost: it may have happened or not. */
  Unknown: 'unknown',
  /** It failed, and so it must not have happened. */
  Failed: 'failed',
} as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]

/** One write: the rows it makes, all of them or none. */
export interface Entry {
  readonly request: string
  readonly rows: number
  readonly outcome: Outcome
}

/** Keeps account of every write, on the side of the client. */
export class Ledger {
  readonly #entries = new Map<string, Entry>()

  /** Notes a write before it is sent. */
  open(request: string, rows: number): void {
    this.#entries.set(request, { request, rows, outcome: Outcome.Open })
  }

  settle(request: string, outcome: Outcome): void {
    const entry = this.#entries.get(request)
    if (entry === undefined) throw new Error(`the request ${request} was never opened`)
    this.#entries.set(request, { ...entry, outcome })
  }

  get entries(): readonly Entry[] {
    return [...this.#entries.values()]
  }
}
