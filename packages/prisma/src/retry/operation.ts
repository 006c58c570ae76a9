import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Records whether one run of a client's operation may have changed data, as its statements tell. Only with this record can the
 * operation run again: an error alone does not tell whether an earlier or a concurrent statement was committed.
 */
export class Operation {
  #ended = false
  /** Number of writes and transactions whose end is not known yet. */
  #open = 0
  /** A change was committed, or may have been. */
  #kept = false
  readonly #failures = new WeakSet<Error>()

  /** True after the end of the operation: later statements do not belong to it. */
  get ended(): boolean {
    return this.#ended
  }

  end(): void {
    this.#ended = true
  }

  /**
   * Notes the beginning of a write or a transaction. The returned function must be called at its end, with whether any change
   * may be kept.
   */
  begins(): (kept: boolean) => void {
    let over = false
    this.#open += 1
    return (kept) => {
      if (over) return
      over = true
      this.#open -= 1
      if (kept) this.#kept = true
    }
  }

  /** Notes the error of one of the operation's statements. */
  failed(error: unknown): void {
    if (error instanceof Error) this.#failures.add(error)
  }

  /** True when the error is one of the operation's statements', and no change of the operation is kept or can still be. */
  isUndone(error: Error | undefined): boolean {
    return error !== undefined && this.#failures.has(error) && !this.#kept && this.#open === 0
  }
}

/** An application may load both builds of this package: the extension from one, and the adapter from the other. */
const KEY = Symbol.for('mysql-hostpool.prisma.operation')
const shared = globalThis as { [KEY]?: AsyncLocalStorage<Operation> }
const storage = (shared[KEY] ??= new AsyncLocalStorage())

/** The operation that a statement sent now belongs to; undefined where no operation would run again. */
export function currentOperation(): Operation | undefined {
  const operation = storage.getStore()
  return operation?.ended === false ? operation : undefined
}

/** Runs an operation. Every statement that is sent meanwhile belongs to it. */
export async function runOperation<T>(operation: Operation, run: () => PromiseLike<T>): Promise<T> {
  try {
    return await storage.run(operation, async () => await run())
  } finally {
    operation.end()
  }
}
